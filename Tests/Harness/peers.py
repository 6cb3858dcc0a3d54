"""The clients that a test steers, all with the same few things to ask of them.

`burst` makes calls one after another and tells how many each workload version answered, and how
many `failed`; `steady` makes calls in the background until `rest`, which tells the same of them.
"""

import os
import threading
from collections import Counter, namedtuple

from dubbo_node import DubboNode
from envoy_proxy import Envoy
from processes import Caller, grpc_bootstrap
from terminal import wait_until

KINDS = ("grpc", "envoy-sotw", "envoy-delta", "dubbo")
DubboClient = namedtuple("DubboClient", "host port ip")
# dubbo-go finds itself by its address among the mesh's endpoints, or doesn't start.
DUBBO_CLIENT = DubboClient("dubbo-go-client.default.svc.cluster.local", 20_000, "127.0.0.5")


def make_peer(kind: str, world, listener: str | None):
    """A client of a kind, named after it, in the world of a test: its engine, mesh and directory.

    `listener` is where an Envoy listens, where that isn't 127.0.0.1 and the service's port.
    """
    if kind == "grpc":
        return GRPCPeer(world, kind)
    if kind == "dubbo":
        return DubboPeer(world, kind)
    return EnvoyPeer(world, kind, listener or f"127.0.0.1:{world.mesh.port}")


class CallerPeer:
    """A peer whose calls a `Caller` makes."""

    # Calls that go by the old rules for a moment after the ACK.
    WARM_UP = 30

    caller: Caller

    def burst(self, count: int, headers=(), **order) -> dict:
        self.caller.burst(self.WARM_UP, headers, **order)
        return self.caller.burst(count, headers, **order)

    def first_call(self, timeout: float = 10) -> dict:
        return self.caller.burst(1, timeout=timeout)

    def steady(self, every: float = 0.005):
        self.caller.steady(every)

    def background(self) -> dict:
        return self.caller.background()

    def rest(self) -> dict:
        return self.caller.rest()


class GRPCPeer(CallerPeer):
    """grpcio's own xDS client."""

    def __init__(self, world, name: str):
        self.name = name
        bootstrap = grpc_bootstrap(world.engine.address, name)
        self.caller = Caller(f"xds:///{world.mesh.target}", bootstrap=bootstrap)
        self.engine = world.engine

    def wait_ready(self, is_callable: bool):
        self.caller.burst(1)
        self.engine.wait_acked(self.name)

    def close(self):
        self.caller.close()


class EnvoyPeer(CallerPeer):
    """An Envoy, and a plain gRPC client that calls through it."""

    def __init__(self, world, name: str, listener: str):
        self.name = name
        self.engine = world.engine
        self.listener = listener
        self.envoy = Envoy(world.engine.address, world.directory, name, name == "envoy-delta")
        self.caller = Caller(self.listener, "--authority", world.mesh.target)

    def wait_ready(self, is_callable: bool):
        self.envoy.wait_listening(self.listener)
        self.engine.wait_acked(self.name)

    def close(self):
        self.caller.close()
        self.envoy.close()


class DubboPeer:
    """A stand-in for a dubbo-go consumer that has found its provider, and writes a log."""

    def __init__(self, world, name: str):
        self.name = name
        self.engine = world.engine
        self.debug_port = world.debug_port
        self.node = DubboNode(world.engine.address, name, DUBBO_CLIENT.ip)
        self.log_path = os.path.join(str(world.directory), f"{name}.log")
        self.node.log = open(self.log_path, "a")
        self.seen = Counter()
        self.resting = threading.Event()
        self.calls = None

    def wait_ready(self, is_callable: bool):
        self.node.sniff()
        self.node.subscribe(self.debug_port)
        if is_callable:
            self.node.wait_ready()
        self.engine.wait_acked(self.name)

    def burst(self, count: int, headers=(), path: str = "/api.Greeter/SayHello") -> dict:
        interface, method = path.lstrip("/").split("/")
        seen = Counter()
        for _ in range(count):
            self._count(seen, self.node.call(headers, method, interface))
        return dict(seen)

    def first_call(self, timeout: float = 10) -> dict:
        return self.burst(1)

    @staticmethod
    def _count(seen: Counter, answer: str):
        seen[answer] += 1
        if answer.startswith("call server error"):
            seen["failed"] += 1

    def steady(self, every: float = 0.005):
        def run():
            while not self.resting.wait(every):
                self._count(self.seen, self.node.call())

        self.resting.clear()
        self.calls = threading.Thread(target=run, daemon=True)
        self.calls.start()

    def background(self) -> dict:
        return dict(self.seen)

    def rest(self) -> dict:
        self.resting.set()
        if self.calls:
            self.calls.join()
        return dict(self.seen)

    def close(self):
        self.rest()
        self.node.close()
        self.node.log.close()
        faults = self.node.faults
        assert not faults, faults


def wait_for_answers(peer, enough, what: str, timeout: float = 10) -> dict:
    """Waits until the background calls' counts meet a condition."""
    return wait_until(
        lambda: (seen := peer.background()) and enough(seen) and seen,
        lambda: f"{what}; seen {peer.background()}",
        timeout,
    )
