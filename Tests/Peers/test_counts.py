"""Where numbers come from, and that each call counts once: held against the backends' own counts."""

from collections import Counter

import pytest

from engine import settle
from mesh import match, route
from peers import KINDS
from terminal import wait_until

SOURCES = {"grpc": "LRS", "envoy-sotw": "ALS", "envoy-delta": "ALS", "dubbo": "log"}
NODE = "sidecar~127.0.0.5~dubbo.default~default.svc.cluster.local"


def follow_log(steered) -> list[str]:
    return ["--follow-log", f"{NODE}={steered.directory / 'dubbo.log'}"]


def rule_counts(report: dict) -> dict[str, int]:
    """Responses by workload version or subset, over all services: of a rule, or of none that is
    known, as load reports tell of calls under the rules before in one number with those of now."""
    found = Counter()
    for service in report["services"]:
        for row in (row for rule in service["rules"] for row in rule["rows"]):
            found[row["label"]] += row["count"]
        for row in service["unattributed"]:
            found[row["subset"]] += row["calls"]
    return dict(+found)


# Good splits reach the alarm's 20 once in 20 times; this they reach once in 10,000.
CERTAIN_DRIFT = 10_000


def evidence(report: dict) -> float:
    """The strongest evidence of drift in any rule."""
    rules = [rule for service in report["services"] for rule in service["rules"]]
    return max((rule.get("eValue", 0) for rule in rules), default=0)


def counted(steered) -> dict[str, int]:
    return {client["name"]: client["calls"] for client in steered.engine.report["clients"]}


def assert_all_counted(steered, *names: str):
    """Waits until the engine's totals of these clients are the backends' own."""
    total = settle(steered.backends.total, quiet=0.5)
    wait_until(
        lambda: sum(counted(steered).get(name, 0) for name in names) >= total,
        lambda: f"{total} calls counted; found {counted(steered)}",
        timeout=10,
    )
    # None of them twice, also not a while later.
    found = settle(lambda: counted(steered), quiet=2.5)
    assert sum(found.get(name, 0) for name in names) == total, (found, total)


def begin_counting(steered, peer):
    """Calls until the first are counted under their rule, and no more are on their way.

    What a log tells of the half second after a client got its routes may be of those before.
    """
    wait_until(
        lambda: peer.burst(5) and rule_counts(steered.engine.report), "the first counted calls"
    )
    assert_all_counted(steered, peer.name)
    return Counter(rule_counts(steered.engine.report)), Counter(steered.backends.by_version())


def test_a_clients_calls_are_counted_as_its_backends_count_them(steered, kind):
    steered.mesh.set_split(90, 10)
    engine = steered.start(*follow_log(steered))
    peer = steered.add(kind)
    counted_before, answered_before = begin_counting(steered, peer)
    peer.burst(1000)
    assert_all_counted(steered, peer.name)
    answered = Counter(steered.backends.by_version())
    engine.wait(
        lambda report: Counter(rule_counts(report)) - counted_before == answered - answered_before,
        lambda: f"the split as the backends saw it, {answered - answered_before}",
        timeout=5,
    )
    assert evidence(engine.report) < CERTAIN_DRIFT, engine.report
    client = engine.client(peer.name)
    assert client["source"] == SOURCES[kind], client
    assert client["failed"] == 0, client
    if kind != "dubbo":
        subsets = {each["cluster"].split("|")[2]: each["calls"] for each in client["clusters"]}
        assert subsets == answered, client


def test_rules_that_share_a_subset_make_no_false_drift(steered, kind):
    """Neither a load report nor a log tells by which of the two a call came to v2."""
    admin = match(headers={"user": {"exact": "admin"}})
    steered.mesh.routes = [route("v2", match=[admin]), route(("v1", 80), ("v2", 20))]
    steered.start(*follow_log(steered))
    peer = steered.add(kind)
    peer.burst(300)
    peer.burst(300, [("user", "admin")])
    peer.burst(300)
    assert_all_counted(steered, peer.name)
    assert evidence(steered.engine.report) < CERTAIN_DRIFT, steered.engine.report


def test_clients_of_all_kinds_together_are_counted_once_each(steered):
    steered.mesh.set_split(50, 50)
    # Each Envoy binds the service's port, so there can be one.
    engine = steered.start(*follow_log(steered))
    peers = [steered.add(kind) for kind in KINDS if kind != "envoy-delta"]
    before = counted(steered)
    for peer in peers:
        peer.steady(0.01)
    wait_until(
        lambda: all(sum(peer.background().values()) > 200 for peer in peers),
        "200 calls of each client",
        timeout=15,
    )
    for peer in peers:
        answers = peer.rest()
        assert "failed" not in answers, (peer.name, answers)
    assert set(before) >= {peer.name for peer in peers}, before
    assert_all_counted(steered, *[peer.name for peer in peers])
    found = {client["name"]: client["source"] for client in engine.report["clients"]}
    assert found == {peer.name: SOURCES[peer.name] for peer in peers}


@pytest.mark.peers("grpc", "envoy-sotw")
def test_counting_goes_on_after_a_client_restarts(steered, kind):
    steered.mesh.set_split(50, 50)
    steered.start()
    first = steered.add(kind)
    first.burst(200)
    assert_all_counted(steered, first.name)
    first.close()
    steered.peers.remove(first)
    second = steered.add(kind)
    second.burst(200)
    assert_all_counted(steered, second.name)


def test_a_client_that_reports_nothing_says_so(steered):
    steered.mesh.set_split(50, 50)
    engine = steered.start()
    peer = steered.add("dubbo")
    peer.burst(20)
    assert engine.client(peer.name)["source"] == "none"
    assert engine.client(peer.name)["calls"] == 0
