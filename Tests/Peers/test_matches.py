"""Matches: each kind of condition, on every client that can tell it."""

import pytest

from mesh import match, route

# What a condition is, then requests (headers, method) that it takes and leaves.
HEADERS = {
    "exact": (
        match(headers={"user": {"exact": "admin"}}),
        [[("user", "admin")]],
        [[("user", "administrator")], [("user", "root")], []],
    ),
    "prefix": (
        match(headers={"user": {"prefix": "adm"}}),
        [[("user", "admin")], [("user", "adm")]],
        [[("user", "ad")], [("user", "root")], []],
    ),
    "regex": (
        match(headers={"user": {"regex": "a.*n"}}),
        [[("user", "admin")], [("user", "an")]],
        [[("user", "admins")], [("user", "root")], []],
    ),
    "present": (
        match(headers={"user": {}}),
        [[("user", "admin")], [("user", "x")]],
        [[], [("other", "admin")]],
    ),
    "without": (
        match(withoutHeaders={"user": {"exact": "admin"}}),
        [[], [("user", "root")]],
        [[("user", "admin")]],
    ),
    "absent": (
        match(withoutHeaders={"user": {}}),
        [[]],
        [[("user", "admin")]],
    ),
    "both": (
        match(headers={"user": {"exact": "admin"}, "stage": {"prefix": "te"}}),
        [[("user", "admin"), ("stage", "test")]],
        [[("user", "admin")], [("stage", "test")]],
    ),
}


def steer(steered, kind, condition):
    """A client for which what fits the condition goes to v2, all else to v1."""
    steered.mesh.routes = [route("v2", match=[condition]), route("v1")]
    steered.start()
    return steered.add(kind)


@pytest.mark.parametrize("form", HEADERS)
def test_a_header_condition_takes_what_fits_and_leaves_the_rest(steered, kind, form):
    condition, takes, leaves = HEADERS[form]
    peer = steer(steered, kind, condition)
    for headers in takes:
        assert peer.burst(40, headers) == {"v2": 40}, headers
    for headers in leaves:
        assert peer.burst(40, headers) == {"v1": 40}, headers
    assert steered.engine.report["nacked"] == 0


URIS = {
    "exact": (match(uri={"exact": "/api.Greeter/SayHello"}), ["SayHello"], ["SayHi", "SayHelloToo"]),
    "prefix": (match(uri={"prefix": "/api.Greeter/SayHe"}), ["SayHello", "SayHey"], ["SayHi"]),
    "regex": (match(uri={"regex": "/api[.]Greeter/Say.*o"}), ["SayHello"], ["SayHi"]),
    "service": (match(uri={"prefix": "/api.Greeter/"}), ["SayHello", "SayHi"], []),
}
# dubbo-go sees methods without their service, so what a regex says of both can't be told to it.
URI_CASES = [form for form in URIS]


@pytest.mark.peers("grpc", "envoy-sotw", "envoy-delta")
@pytest.mark.parametrize("form", URI_CASES)
def test_a_uri_condition_takes_what_fits_and_leaves_the_rest(steered, kind, form):
    check_uri(steered, kind, form)


@pytest.mark.peers("dubbo")
@pytest.mark.parametrize("form", ["exact", "service"])
def test_dubbo_go_is_told_of_methods_as_it_sees_them(steered, kind, form):
    check_uri(steered, kind, form)


def check_uri(steered, kind, form):
    condition, takes, leaves = URIS[form]
    peer = steer(steered, kind, condition)
    for method in takes:
        assert peer.burst(40, path=f"/api.Greeter/{method}") == {"v2": 40}, method
    for method in leaves:
        assert peer.burst(40, path=f"/api.Greeter/{method}") == {"v1": 40}, method


@pytest.mark.peers("envoy-sotw", "envoy-delta")
@pytest.mark.parametrize("method, version", [("POST", "v2"), ("GET", "v1")])
def test_a_method_condition_is_judged_by_envoy(steered, kind, method, version):
    peer = steer(steered, kind, match(method={"exact": method}))
    assert peer.burst(40) == {version: 40}


def test_the_first_rule_that_fits_decides(steered, kind):
    steered.mesh.routes = [
        route("v1", match=[match(headers={"user": {"exact": "admin"}})]),
        route("v2", match=[match(headers={"user": {}})]),
        route(("v1", 50), ("v2", 50)),
    ]
    steered.start()
    peer = steered.add(kind)
    assert peer.burst(40, [("user", "admin")]) == {"v1": 40}
    assert peer.burst(40, [("user", "root")]) == {"v2": 40}
    both = peer.burst(200)
    assert "failed" not in both and min(both["v1"], both["v2"]) > 50, both
