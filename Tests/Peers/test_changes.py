"""Changes while calls go on: none may be lost."""

import pytest

from mesh import route
from peers import wait_for_answers


def assert_no_call_lost(answers: dict, at_least: int = 100):
    assert "failed" not in answers, answers
    assert sum(answers.values()) >= at_least, answers


def test_a_switch_between_versions_loses_no_call(steered, kind):
    steered.mesh.set_split(100, 0)
    steered.start()
    peer = steered.add(kind)
    peer.steady()
    wait_for_answers(peer, lambda seen: seen.get("v1", 0) > 50, "v1's answers")
    for version, weights in [("v2", (0, 100)), ("v1", (100, 0)), ("v2", (0, 100))]:
        before = peer.background().get(version, 0)
        steered.split(*weights)
        wait_for_answers(peer, lambda seen: seen.get(version, 0) > before + 50, version)
    assert_no_call_lost(peer.rest())
    assert steered.engine.report["nacked"] == 0


def test_an_endpoint_is_added_drained_and_removed_without_a_lost_call(steered, kind):
    steered.mesh.set_split(100, 0)
    steered.start()
    peer = steered.add(kind)
    peer.steady()
    second = steered.backends.start("v1")
    first = steered.mesh.endpoints[0]
    # Added: it takes its share.
    steered.mesh.endpoints.append(second)
    steered.mesh.write()
    wait_for_answers(peer, lambda _: steered.backends.count(second) > 20, "the new endpoint")
    # Drained: calls go to the other one only.
    steered.mesh.endpoints[0].more = {"labels": {"version": "v1", **DRAINING}}
    steered.mesh.write()
    wait_until_idle(steered, peer, first)
    # Removed, and then really gone.
    steered.mesh.endpoints.remove(first)
    steered.mesh.write()
    wait_until_idle(steered, peer, first)
    steered.backends.stop(first)
    before = steered.backends.count(second)
    wait_for_answers(peer, lambda _: steered.backends.count(second) > before + 50, "the rest")
    assert_no_call_lost(peer.rest())


DRAINING = {"weir.dev/health": "draining"}


def wait_until_idle(steered, peer, endpoint):
    """Waits until an endpoint is called no more, while others are."""
    def idle(_):
        total, own = steered.backends.total(), steered.backends.count(endpoint)
        if own != idle.own:
            idle.own, idle.since = own, total
        return total > idle.since + 60

    idle.own, idle.since = -1, 0
    wait_for_answers(peer, idle, f"no calls to port {endpoint.port}")


def test_a_deleted_subset_that_a_rule_still_names_fails_its_share_and_no_other(steered, kind):
    steered.mesh.set_split(50, 50)
    steered.start()
    peer = steered.add(kind)
    steered.mesh.subsets = ["v1"]
    steered.edit()
    answers = peer.burst(200)
    assert answers["v1"] > 50 and answers["failed"] > 50, answers
    assert "v2" not in answers, answers
    # And mended.
    steered.mesh.subsets = ["v1", "v2"]
    steered.edit()
    answers = peer.burst(200)
    assert "failed" not in answers and answers["v2"] > 50, answers


@pytest.mark.peers("grpc", "envoy-sotw", "envoy-delta")
def test_a_restarted_control_plane_costs_no_call_and_is_obeyed_again(steered, kind):
    steered.mesh.set_split(100, 0)
    engine = steered.start()
    peer = steered.add(kind)
    peer.steady()
    wait_for_answers(peer, lambda seen: seen.get("v1", 0) > 50, "v1's answers")
    engine.kill()
    before = peer.background()["v1"]
    wait_for_answers(peer, lambda seen: seen["v1"] > before + 100, "calls without an engine")
    engine.start()
    engine.wait_acked(peer.name, timeout=30)
    steered.split(0, 100)
    wait_for_answers(peer, lambda seen: seen.get("v2", 0) > 50, "v2's answers")
    assert_no_call_lost(peer.rest())


def test_a_rule_for_a_new_subset_finds_it_ready(steered, kind):
    """A new subset, its workload and the rule that wants it come in one edit."""
    steered.mesh.subsets = ["v1"]
    steered.mesh.endpoints = steered.mesh.endpoints[:1]
    steered.mesh.routes = [route("v1")]
    steered.start()
    peer = steered.add(kind)
    peer.steady()
    wait_for_answers(peer, lambda seen: seen.get("v1", 0) > 50, "v1's answers")
    steered.mesh.subsets = ["v1", "v3"]
    steered.mesh.endpoints.append(steered.backends.start("v3"))
    steered.mesh.routes = [route(("v1", 50), ("v3", 50))]
    steered.edit()
    wait_for_answers(peer, lambda seen: seen.get("v3", 0) > 50, "v3's answers")
    # And away with it again, in one edit too.
    steered.mesh.subsets = ["v1"]
    steered.mesh.endpoints.pop()
    steered.mesh.routes = [route("v1")]
    steered.edit()
    before = peer.background()["v1"]
    wait_for_answers(peer, lambda seen: seen["v1"] > before + 50, "v1's answers")
    assert_no_call_lost(peer.rest())
