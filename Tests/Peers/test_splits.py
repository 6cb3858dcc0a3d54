"""Weights: the split that real responses show, on every kind of client."""

import math

import pytest

SPLITS = [(100, 0, 300), (99, 1, 1000), (90, 10, 1000), (50, 50, 1000), (0, 100, 300)]


def assert_split(answers: dict, share_of_v2: float, count: int):
    """Holds the answers against a binomial bound of 4.5 standard deviations (1 in 150,000)."""
    assert "failed" not in answers, answers
    assert answers.get("v1", 0) + answers.get("v2", 0) == count, answers
    slack = 4.5 * math.sqrt(count * share_of_v2 * (1 - share_of_v2))
    assert abs(answers.get("v2", 0) - count * share_of_v2) <= slack, answers


def test_splits_follow_the_weights_in_the_file(steered, kind):
    steered.mesh.set_split(0, 100)
    steered.start()
    peer = steered.add(kind)
    for v1, v2, count in SPLITS:
        steered.split(v1, v2)
        assert_split(peer.burst(count), v2 / 100, count)
    assert steered.engine.report["nacked"] == 0


def test_weights_that_do_not_add_up_to_100_are_shares_all_the_same(steered, kind):
    steered.mesh.set_split(30, 10)
    steered.start()
    assert_split(steered.add(kind).burst(1000), 0.25, 1000)


@pytest.mark.parametrize("has_backend", [True, False], ids=["idle", "without-backend"])
def test_a_cold_start_does_not_wait_for_a_subset_of_weight_0(steered, kind, has_backend):
    if not has_backend:
        steered.mesh.endpoints.pop()
    steered.mesh.set_split(100, 0)
    steered.start()
    peer = steered.add(kind)
    assert peer.first_call(timeout=5) == {"v1": 1}
    assert peer.burst(100) == {"v1": 100}


def test_without_rules_all_workloads_share_the_calls(steered, kind):
    steered.mesh.subsets = []
    steered.start()
    peer = steered.add(kind)
    answers = peer.burst(200)
    assert "failed" not in answers and sum(answers.values()) == 200, answers
    assert min(answers["v1"], answers["v2"]) > 50, answers
