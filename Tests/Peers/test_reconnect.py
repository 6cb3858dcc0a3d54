"""Clients that were cut off while the mesh changed."""

import pytest

from mesh import route
from peers import wait_for_answers
from relay import Relay


@pytest.fixture
def relay(steered):
    """What the clients dial in place of the engine, which serves v1 alone."""
    steered.mesh.subsets = ["v1"]
    steered.mesh.routes = [route("v1")]
    engine = steered.start()
    relay = Relay(engine.address)
    engine.address = relay.address
    yield relay
    relay.close()


@pytest.mark.peers("grpc", "envoy-sotw", "envoy-delta")
def test_a_client_cut_off_while_its_clusters_went_loses_no_call(steered, relay, kind):
    """What it routes to is gone when it returns, and its new routes come last."""
    peer = steered.add(kind)
    peer.steady()
    wait_for_answers(peer, lambda seen: seen.get("v1", 0) > 50, "v1's answers")
    for old, new in [("v1", "v2"), ("v2", "v1")]:
        relay.cut()
        revision = steered.engine.report["revision"]
        steered.mesh.subsets = [new]
        steered.mesh.routes = [route(new)]
        steered.mesh.write()
        steered.engine.wait(lambda report: report["revision"] > revision, "the edit")
        before = peer.background()
        wait_for_answers(peer, lambda seen: seen[old] > before[old] + 50, "calls while cut off")
        relay.mend()
        # Clients wait longer each time before they dial again.
        wait_for_answers(
            peer, lambda seen: seen.get(new, 0) > before.get(new, 0) + 50, new, timeout=40
        )
    answers = peer.rest()
    assert "failed" not in answers, answers
    assert steered.engine.report["nacked"] == 0
