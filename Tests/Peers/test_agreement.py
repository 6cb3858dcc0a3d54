"""What `explain` says of random calls under random rules is what real clients did with them."""

import http.client
import os
import random
import threading

import pytest
import yaml

from admin import Admin
from engine import Engine
from envoy_proxy import Envoy
from mesh import Endpoint
from processes import FieldCaller, Upstreams, grpc_bootstrap
from random_rules import RandomRules
from terminal import free_port

SEED = int(os.environ.get("WEIR_SEED", 0)) or random.randrange(1, 1 << 31)
# 10,000 pairs with Envoy, 500 with gRPC.
HOSTS, CALLS = 100, 100
GRPC_HOSTS, GRPC_CALLS = 25, 20
CONNECTIONS = 4
# Explanations that are asked for at a time.
WINDOW = 16


class World:
    """An engine with random rules, and its admin API."""

    def __init__(self, rules: RandomRules, path, calls: int):
        self.rules = rules
        with open(path, "w") as file:
            yaml.safe_dump_all(rules.documents(), file, sort_keys=False)
        self.engine = Engine(str(path))
        self.admin = Admin(self.engine)
        self.calls = [rules.call(host) for host in rules.hosts for _ in range(calls)]

    def explained(self, profile: str, calls=None) -> list[int | None]:
        """The number of the rule that takes each call; None for none."""
        assert self.engine.process.poll() is None, self.engine.process.stderr.read()
        found, window = [], []
        for call in calls or self.calls:
            window.append(
                self.admin.explain(call.authority, call.path, call.method, call.headers, profile)
            )
            if len(window) == WINDOW:
                found.append(self._rule(window.pop(0)))
        return found + [self._rule(answer) for answer in window]

    @staticmethod
    def _rule(future):
        answer = future.result()
        return answer.rule if answer.HasField("rule") else None

    def close(self):
        self.admin.close()
        self.engine.close()


def differences(calls, real, explained, rules) -> list[str]:
    """One text for each call that was not what was told of it."""
    assert len(calls) == len(real) == len(explained)
    return [
        f"{call}\n  went by rule {was}, explain says {said}\n  rules: {rules.rules[call.host]}"
        for call, was, said in zip(calls, real, explained)
        if was != said
    ]


def told(found: list[str]) -> str:
    return f"WEIR_SEED={SEED}: {len(found)} differences\n" + "\n".join(found[:10])


# Envoy.


def answer(connection, call) -> int | None | str:
    """The rule that Envoy answered by; None where it had none, a text where it said neither."""
    connection.putrequest(call.method, call.path, skip_host=True, skip_accept_encoding=True)
    connection.putheader("Host", call.authority)
    for name, value in call.headers:
        connection.putheader(name, value.encode())
    connection.putheader("Content-Length", "0")
    connection.endheaders()
    response = connection.getresponse()
    body = response.read().decode()
    if response.status == 200 and body.startswith("rule "):
        return int(body.removeprefix("rule "))
    return None if response.status == 404 else f"{response.status} {body}"


def answers(address: str, calls) -> list:
    found = [None] * len(calls)
    faults = []

    def run(first: int):
        try:
            connection = http.client.HTTPConnection(address, timeout=30)
            for index in range(first, len(calls), CONNECTIONS):
                found[index] = answer(connection, calls[index])
            connection.close()
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=run, args=(first,)) for first in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, f"WEIR_SEED={SEED}: {faults[:3]}"
    return found


@pytest.mark.envoy_sotw
def test_explain_says_what_envoy_did_with_10000_random_calls(tmp_path):
    port = free_port()
    rules = RandomRules(SEED, HOSTS, port, [Endpoint(free_port(), "v1")])
    world = World(rules, tmp_path / "mesh.yaml", CALLS)
    envoy = Envoy(world.engine.address, tmp_path)
    try:
        envoy.wait_listening(f"127.0.0.1:{port}")
        world.engine.wait_acked("envoy")
        real = answers(f"127.0.0.1:{port}", world.calls)
        # Rules that hardly any call meets would prove little.
        shares = [real.count(None), len(real) - real.count(None)]
        assert min(shares) > len(real) / 10, (SEED, shares)
        found = differences(world.calls, real, world.explained("envoy"), rules)
        assert not found, told(found)
        # The comparison sees where clients differ: gRPC's don't look at methods and queries.
        some = world.calls[:500]
        assert differences(some, real[:500], world.explained("grpc", some), rules), SEED
    finally:
        envoy.close()
        world.close()


# gRPC calls, by grpcio's own xDS client and through Envoy.


@pytest.mark.parametrize(
    "client",
    [
        pytest.param("grpc", marks=pytest.mark.grpc),
        pytest.param("envoy", marks=pytest.mark.envoy_sotw),
    ],
)
def test_explain_says_what_became_of_500_random_grpc_calls(tmp_path, client):
    upstreams = Upstreams()
    versions = [f"r{number}" for number in range(1, RandomRules.MOST_RULES + 1)]
    endpoints = [Endpoint(upstreams.start(version), version) for version in versions]
    rules = RandomRules(SEED, GRPC_HOSTS, free_port(), endpoints, for_grpc=True)
    world = World(rules, tmp_path / "mesh.yaml", GRPC_CALLS)
    listener = f"127.0.0.1:{rules.port}"
    envoy = Envoy(world.engine.address, tmp_path) if client == "envoy" else None
    caller = FieldCaller(None if envoy else grpc_bootstrap(world.engine.address))
    try:
        if envoy:
            envoy.wait_listening(listener)
            world.engine.wait_acked("envoy")
        real = [answering_rule(caller, call, listener if envoy else None) for call in world.calls]
        found = differences(world.calls, real, world.explained(client), rules)
        assert not found, told(found)
        assert real.count(None) < len(real) * 0.9, SEED
    finally:
        caller.close()
        if envoy:
            envoy.close()
        world.close()
        upstreams.close()


def answering_rule(caller, call, proxy: str | None) -> int | None:
    """The rule whose subset answered; None where no rule took the call."""
    order = {"path": call.path, "headers": call.headers, "timeout": 40}
    if proxy:
        done = caller.call(proxy, authority=call.authority, **order)
    else:
        done = caller.call(f"xds:///{call.authority}", **order)
    if done.code == "OK":
        return int(done.body["version"].removeprefix("r"))
    # Envoy's 404 is gRPC's UNIMPLEMENTED.
    assert done.code == ("UNIMPLEMENTED" if proxy else "UNAVAILABLE"), (SEED, call, done)
    return None
