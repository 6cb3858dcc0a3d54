"""A real proxyless gRPC client, steered by keys: splits, headers, and no call lost at a switch."""

import math


def assert_split(answers: dict, share_of_v2: float, count: int):
    """Holds the answers against a binomial bound of 4.5 standard deviations (1 in 150,000)."""
    assert "failed" not in answers, answers
    assert answers.get("v1.0.0", 0) + answers.get("v2.0.0", 0) == count, answers
    slack = 4.5 * math.sqrt(count * share_of_v2 * (1 - share_of_v2))
    assert abs(answers.get("v2.0.0", 0) - count * share_of_v2) <= slack, answers


def set_weight_of_v2(console, text: str):
    console.press("g", "j")
    console.press("=")
    console.type(text)
    console.press_and_settle("Enter", clients=3)


def test_splits_follow_the_weights_and_no_call_fails(console, grpc_client):
    assert_split(grpc_client.burst(1000), 0.10, 1000)
    for text, share, count in [("0", 0, 300), ("10", 0.1, 1000), ("50", 0.5, 1000), ("100", 1, 300)]:
        set_weight_of_v2(console, text)
        assert_split(grpc_client.burst(count), share, count)
    # Back by one key, under load all the while.
    console.press_and_settle("z", clients=3)
    assert_split(grpc_client.burst(1000), 0.5, 1000)
    steady = grpc_client.background()
    assert "failed" not in steady, steady
    assert sum(steady.values()) > 200, steady
    assert "NACK 0" in console.screen()


def test_a_header_rule_sends_admin_to_v2_and_the_rest_to_v1(console, grpc_client):
    for step in range(3):
        console.press_and_settle("W", clients=3)
    console.wait_for(r"user=admin")
    assert grpc_client.burst(200, "user=admin") == {"v2.0.0": 200}
    assert grpc_client.burst(200, "user=root") == {"v1.0.0": 200}
    assert grpc_client.burst(200) == {"v1.0.0": 200}
    assert "failed" not in grpc_client.background()
    assert "NACK 0" in console.screen()


def test_the_client_shows_in_the_console(console, grpc_client):
    grpc_client.burst(50)
    console.press("5")
    console.wait_for(r"grpcio\b.*ACK")
