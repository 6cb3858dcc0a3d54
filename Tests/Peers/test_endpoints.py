"""Where services come from: addresses of their own, workload entries, health."""

import pytest

from mesh import HOST, Endpoint, resource
from peers import wait_for_answers
from processes import Caller
from terminal import wait_until


@pytest.mark.peers("envoy-sotw", "envoy-delta")
def test_envoy_listens_on_the_address_that_a_service_has(steered, kind):
    steered.mesh.addresses = ["127.0.0.77"]
    steered.mesh.set_split(0, 100)
    steered.start()
    # The peer dials what the engine has Envoy listen on.
    listener = f"127.0.0.77:{steered.mesh.port}"
    peer = steered.add(kind, listener=listener)
    assert peer.burst(20) == {"v2": 20}
    assert f"127.0.0.1:{steered.mesh.port}" not in peer.envoy.listeners()


@pytest.mark.peers("envoy-sotw", "envoy-delta")
def test_two_services_on_one_port_are_told_apart_by_their_names(steered, kind):
    other = "other.default.svc.cluster.local"
    steered.mesh.set_split(100, 0)
    steered.mesh.add_service(other, steered.mesh.port, [steered.backends.start("v9")])
    steered.start()
    peer = steered.add(kind)
    assert peer.burst(20) == {"v1": 20}
    caller = Caller(peer.listener, "--authority", f"{other}:{steered.mesh.port}")
    try:
        assert caller.burst(20) == {"v9": 20}
    finally:
        caller.close()


def test_a_workload_entry_joins_the_services_that_select_it(steered, kind):
    joining = steered.backends.start("v1")
    spec = {
        "hosts": [HOST],
        "resolution": "STATIC",
        "ports": [{"number": steered.mesh.port, "name": "grpc", "protocol": "GRPC"}],
        "workloadSelector": {"labels": {"app": "greeter"}},
    }
    steered.mesh.entry = resource("ServiceEntry", "selecting", spec)
    entry = {
        "address": "127.0.0.1",
        "ports": {"grpc": joining.port},
        "labels": {"app": "greeter", "version": "v1"},
    }
    steered.mesh.others.append(resource("WorkloadEntry", "greeter-1", entry))
    steered.start()
    peer = steered.add(kind)
    assert peer.burst(20) == {"v1": 20}
    assert steered.backends.count(joining) >= 20


def test_an_unhealthy_endpoint_gets_no_calls_until_it_is_well(steered, kind):
    first = steered.mesh.endpoints[0]
    second = steered.backends.start("v1")
    steered.mesh.endpoints.append(second)
    # What doesn't run is no part of this: its checks would fail too.
    steered.mesh.set_split(100, 0)
    steered.start("--health-check", "200ms")
    peer = steered.add(kind)
    peer.steady()
    count = steered.backends.count
    wait_for_answers(peer, lambda _: min(count(first), count(second)) > 20, "both endpoints")
    steered.backends.servers.set_serving(first.port, False)
    wait_until(lambda: health(steered, first) == "unhealthy", "the failed checks")
    before = count(second)
    wait_for_answers(peer, lambda _: count(second) > before + 30, "the other endpoint")
    steady = count(first)
    before = count(second)
    wait_for_answers(peer, lambda _: count(second) > before + 60, "the other endpoint")
    assert count(first) == steady
    steered.backends.servers.set_serving(first.port, True)
    wait_for_answers(peer, lambda _: count(first) > steady + 20, "the endpoint to come back")
    answers = peer.rest()
    assert "failed" not in answers, answers


def health(steered, endpoint) -> str:
    address = f"{endpoint.address}:{endpoint.port}"
    for workload in steered.engine.report["workloads"]:
        if workload["address"] == address:
            return workload["state"]
    return ""


def test_all_endpoints_unhealthy_fails_calls_at_once(steered, kind):
    """No panic routing: an Envoy, too, sends nothing to what is known to be broken."""
    for endpoint in steered.mesh.endpoints:
        endpoint.more = {"labels": {"version": endpoint.version, "weir.dev/health": "unhealthy"}}
    steered.mesh.set_split(50, 50)
    steered.start()
    peer = steered.add(kind, is_callable=False)
    answers = peer.burst(20)
    assert answers["failed"] == 20, answers
    assert steered.backends.total() == 0


@pytest.mark.peers("grpc", "envoy-sotw")
def test_ipv6_endpoints_are_called(steered, kind):
    port = steered.backends.servers.start("v6", address="::1")
    steered.mesh.endpoints = [Endpoint(port, "v6", "::1")]
    steered.mesh.subsets = []
    steered.start()
    peer = steered.add(kind)
    assert peer.burst(20) == {"v6": 20}
