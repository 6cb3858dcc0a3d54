"""dubbo-go: its start, its hazards, and what only it is told."""

import pytest
from envoy.config.core.v3 import health_check_pb2

from dubbo_adsz import providers
from dubbo_node import ISTIOD, DubboNode
from mesh import HOST, Endpoint, match, route
from peers import DUBBO_CLIENT
from terminal import wait_until

pytestmark = pytest.mark.dubbo


@pytest.fixture
def nodes():
    """Makes nodes and closes them; a fault of any of them fails the test."""
    opened = []
    yield opened
    for node in opened:
        node.close()
    faults = [fault for node in opened for fault in node.faults]
    assert not faults, faults


def start_node(
    steered, nodes, name="consumer", ip=DUBBO_CLIENT.ip, istiod=ISTIOD
) -> DubboNode:
    node = DubboNode(steered.engine.address, name, ip, istiod)
    nodes.append(node)
    return node


def test_a_consumer_finds_istiod_itself_and_its_provider_within_its_limit(steered, nodes):
    steered.mesh.set_split(90, 10)
    steered.start()
    node = start_node(steered, nodes)
    node.sniff()
    assert node.sniffed_after < 5
    assert node.istiod_ip == "127.0.0.1"
    assert node.host_address == f"{DUBBO_CLIENT.host}:{DUBBO_CLIENT.port}"
    host, port = ISTIOD.rsplit(":", 1)
    assert f"outbound|{port}||{host}" in node.clusters
    node.subscribe(steered.debug_port)
    assert node.subscribed_to == steered.mesh.target
    node.wait_ready()
    assert node.nacks == []
    steered.engine.wait_acked("consumer")
    client = steered.engine.client("consumer")
    assert client["profile"] == "dubbo", client


def test_the_registry_may_be_dialled_by_its_address(steered, nodes):
    steered.mesh.set_split(0, 100)
    steered.start()
    address = steered.engine.address
    node = start_node(steered, nodes, istiod=address)
    node.sniff()
    host, port = address.rsplit(":", 1)
    assert f"outbound|{port}||{host}" in node.clusters
    node.subscribe(steered.debug_port)
    node.wait_ready()
    assert node.call() == "v2"


def test_until_it_has_found_itself_it_hears_of_istiod_and_its_own_service_alone(steered, nodes):
    steered.mesh.set_split(90, 10)
    steered.start()
    node = start_node(steered, nodes)
    node.sniff()
    host, port = ISTIOD.rsplit(":", 1)
    own = f"outbound|{DUBBO_CLIENT.port}||{DUBBO_CLIENT.host}"
    heard = [names for kind, names, _ in node.responses if kind == "ClusterLoadAssignment"]
    first = next(number for number, names in enumerate(heard) if own in names)
    before = {name for names in heard[: first + 1] for name in names}
    assert before <= {own, f"outbound|{port}||{host}"}


def test_a_provider_registers_on_a_new_stream_and_its_consumers_find_it(steered, nodes):
    steered.mesh.set_split(90, 10)
    steered.mesh.endpoints.append(Endpoint(20_000, "v1", "127.0.0.6"))
    steered.start()
    provider = start_node(steered, nodes, "dubbo-go-server-v1", ip="127.0.0.6")
    provider.sniff()
    assert provider.host_address == steered.mesh.target
    provider.register("api.Other")
    page = f"http://127.0.0.1:{steered.debug_port}"
    found = wait_until(
        lambda: "providers:api.Other::" in providers(page) and providers(page), "the provider"
    )
    assert found["providers:api.Other::"] == steered.mesh.target
    # It is on a stream of its own by now, and has all it had.
    wait_until(lambda: len(provider.versions) == 2, "the new stream's answers")


def test_all_processes_on_one_host_do_not_break_it(steered, nodes):
    """Every backend has the node's own address; the control plane has another of the host's."""
    steered.mesh.others.clear()
    own = [Endpoint(20_009, "v1", "127.0.0.1"), Endpoint(20_010, "v1", "127.0.0.1")]
    steered.mesh.add_service(DUBBO_CLIENT.host, DUBBO_CLIENT.port, own)
    steered.mesh.set_split(50, 50)
    steered.start(listen="127.0.0.2")
    node = start_node(steered, nodes, "dubbo-go-client-v1-abc", ip="127.0.0.1")
    node.sniff()
    assert node.host_address == f"{DUBBO_CLIENT.host}:{DUBBO_CLIENT.port}"
    node.subscribe(steered.debug_port)
    node.wait_ready()
    assert {node.call() for _ in range(60)} == {"v1", "v2"}


def test_clusters_go_one_at_a_time(steered, nodes):
    steered.mesh.subsets = ["v1", "v2", "v3", "v4", "v5"]
    steered.mesh.routes = [route("v1")]
    steered.start()
    node = start_node(steered, nodes)
    node.sniff()
    node.subscribe(steered.debug_port)
    node.wait_ready()
    steered.mesh.subsets = ["v1", "v2"]
    steered.mesh.write()
    port = steered.mesh.port
    gone = {f"outbound|{port}|{subset}|{HOST}" for subset in ("v3", "v4", "v5")}
    wait_until(lambda: not gone & node.clusters, lambda: f"{gone} to go; {node.clusters}")
    assert node.faults == []
    assert node.call() == "v1"


def test_a_removed_endpoint_is_unhealthy_for_dubbo_and_absent_for_others(steered, nodes):
    steered.mesh.endpoints.append(steered.backends.start("v1"))
    steered.mesh.set_split(100, 0)
    steered.start()
    node = start_node(steered, nodes)
    node.sniff()
    node.subscribe(steered.debug_port)
    node.wait_ready()
    other = steered.add("grpc")
    removed = steered.mesh.endpoints.pop(0)
    steered.mesh.write()
    cluster = f"outbound|{steered.mesh.port}|v1|{HOST}"
    address = f"127.0.0.1:{removed.port}"
    wait_until(lambda: address not in node.endpoints[cluster], "the removal")
    [told] = [
        endpoint
        for each in node.assignments[cluster].endpoints
        for endpoint in each.lb_endpoints
        if endpoint.endpoint.address.socket_address.port_value == removed.port
    ]
    assert told.health_status == health_check_pb2.UNHEALTHY
    before = steered.backends.count(removed)
    assert other.burst(60) == {"v1": 60}
    after = steered.backends.count(removed)
    assert other.burst(60) == {"v1": 60}
    assert steered.backends.count(removed) == after, (before, after)


def test_it_comes_back_after_a_lost_connection_and_after_a_new_engine(steered, nodes):
    steered.mesh.set_split(100, 0)
    engine = steered.start()
    node = start_node(steered, nodes)
    node.sniff()
    node.subscribe(steered.debug_port)
    node.wait_ready()
    node.reconnect()
    wait_until(lambda: len(node.versions) == 3, "answers on the new stream")
    engine.kill()
    assert node.call() == "v1"
    engine.start()
    engine.wait_acked("consumer", timeout=20)
    steered.mesh.set_split(0, 100)
    engine.edit(steered.mesh, "consumer")
    assert node.call() == "v2"


def test_rules_it_cannot_follow_are_told_to_the_operator(steered, nodes):
    condition = match(uri={"regex": "/api[.]Greeter/Say.*o"})
    steered.mesh.routes = [route("v2", match=[condition]), route("v1")]
    steered.start()
    node = start_node(steered, nodes)
    node.sniff()
    node.subscribe(steered.debug_port)
    node.wait_ready()
    assert node.nacks == []
    client = steered.engine.wait(
        lambda report: any(client.get("notes") for client in report["clients"]), "a note"
    )["clients"][0]
    assert "not on this client" in client["notes"][0], client


def test_an_override_makes_any_node_dubbo(steered, nodes):
    steered.mesh.set_split(100, 0)
    steered.start("--profile", "*~plain-*=grpc", "--profile", "*~con*=envoy")
    start_node(steered, nodes, "plain-1")
    wait_until(lambda: steered.engine.client("plain-1"), "the client")
    assert steered.engine.client("plain-1")["profile"] == "grpc"
