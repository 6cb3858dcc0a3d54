"""What else the ADS port serves: client status, health, reflection, single types."""

import grpc
import pytest
from envoy.service.discovery.v3 import discovery_pb2
from envoy.service.status.v3 import csds_pb2, csds_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from ads import CDS, EDS, LDS, RDS
from mesh import HOST


@pytest.fixture
def channel(steered):
    steered.mesh.set_split(90, 10)
    steered.start()
    with grpc.insecure_channel(steered.engine.address) as opened:
        yield opened


def test_client_status_tells_what_each_client_has(steered, channel):
    steered.add("grpc")
    steered.add("envoy-delta")
    service = csds_pb2_grpc.ClientStatusDiscoveryServiceStub(channel)
    answer = service.FetchClientStatus(csds_pb2.ClientStatusRequest(), timeout=5)
    clients = {config.node.id.split("~")[2]: config for config in answer.config}
    assert set(clients) == {"grpc.default", "envoy-delta.default"}
    for config in clients.values():
        kinds = {each.type_url for each in config.generic_xds_configs}
        assert kinds == {CDS, EDS, LDS, RDS}
        for each in config.generic_xds_configs:
            assert each.config_status == csds_pb2.SYNCED, each
            assert each.version_info, each
    grpc_client = clients["grpc.default"]
    names = {each.name for each in grpc_client.generic_xds_configs if each.type_url == CDS}
    port = steered.mesh.port
    assert names == {f"outbound|{port}|v1|{HOST}", f"outbound|{port}|v2|{HOST}"}


def test_client_status_can_be_asked_of_one_client_without_contents(steered, channel):
    steered.add("grpc")
    request = csds_pb2.ClientStatusRequest(exclude_resource_contents=True)
    matcher = request.node_matchers.add()
    matcher.node_id.exact = "sidecar~127.0.0.1~nobody.default~default.svc.cluster.local"
    stub = csds_pb2_grpc.ClientStatusDiscoveryServiceStub(channel)
    assert not stub.FetchClientStatus(request, timeout=5).config
    request.node_matchers[0].node_id.prefix = "sidecar~127.0.0.1~grpc."
    answers = stub.StreamClientStatus(iter([request]), timeout=5)
    [config] = next(answers).config
    assert not any(each.HasField("xds_config") for each in config.generic_xds_configs)


def test_health_says_that_it_serves(channel):
    answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=5)
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


def test_reflection_lists_the_services(channel):
    request = reflection_pb2.ServerReflectionRequest(list_services="")
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    answer = next(stub.ServerReflectionInfo(iter([request]), timeout=5))
    names = {service.name for service in answer.list_services_response.service}
    assert names >= {
        "envoy.service.discovery.v3.AggregatedDiscoveryService",
        "envoy.service.cluster.v3.ClusterDiscoveryService",
        "envoy.service.endpoint.v3.EndpointDiscoveryService",
        "envoy.service.listener.v3.ListenerDiscoveryService",
        "envoy.service.route.v3.RouteDiscoveryService",
        "envoy.service.load_stats.v3.LoadReportingService",
        "envoy.service.accesslog.v3.AccessLogService",
        "envoy.service.status.v3.ClientStatusDiscoveryService",
        "grpc.health.v1.Health",
    }


@pytest.mark.parametrize(
    "method, type_url",
    [
        ("ClusterDiscoveryService/StreamClusters", CDS),
        ("ListenerDiscoveryService/StreamListeners", LDS),
    ],
)
def test_a_service_for_one_type_answers_it(channel, method, type_url):
    stream = channel.stream_stream(
        f"/envoy.service.{'cluster' if type_url == CDS else 'listener'}.v3.{method}",
        request_serializer=discovery_pb2.DiscoveryRequest.SerializeToString,
        response_deserializer=discovery_pb2.DiscoveryResponse.FromString,
    )
    request = discovery_pb2.DiscoveryRequest(type_url=type_url)
    request.node.id = "sidecar~127.0.0.1~single.default~default.svc.cluster.local"
    request.node.user_agent_name = "envoy"
    answer = next(stream(iter([request]), timeout=5))
    assert answer.type_url == type_url and answer.resources
