"""Weir's own schema agrees with the published one, and the referee sees each kind of mistake."""

import shutil

import pytest

import schema

CORE = "envoy/config/core/v3/core.proto"
ROUTE = "envoy/config/route/v3/route.proto"
ADS = "envoy/service/discovery/v3/discovery.proto"


def test_agrees_with_what_was_published():
    mismatches, counts = schema.check()
    assert mismatches == []
    assert ", 0 messages" not in counts


@pytest.mark.parametrize(
    "path, right, wrong, told",
    [
        (CORE, "string sub_zone = 3;", "string sub_zone = 4;", "sub_zone: found number 4"),
        (CORE, "string sub_zone = 3;", "bytes sub_zone = 3;", "sub_zone: found type"),
        (CORE, "string sub_zone = 3;", "string subzone = 3;", "subzone: found field 3"),
        (CORE, "repeated string client_features", "string client_features", "found repeated"),
        (CORE, "message Pipe {", "message Tube {}\nmessage Pipe {", "Tube: found a MessageType"),
        (CORE, "UNHEALTHY = 2;\n  DRAINING = 3;", "UNHEALTHY = 3;\n  DRAINING = 2;", "UNHEALTHY"),
        (CORE, "TIMEOUT = 4;", "TIMED_OUT = 4;", "TIMED_OUT: found 4"),
        (ROUTE, "RouteMatch match = 1;", "RouteAction match = 1;", "found type name"),
        (ROUTE, "oneof path_specifier", "oneof path_form", "found oneof path_form"),
        (
            ADS,
            "StreamAggregatedResources(stream DiscoveryRequest)",
            "StreamAggregatedResources(DiscoveryRequest)",
            "AggregatedDiscoveryService.StreamAggregatedResources: found envoy",
        ),
        (ADS, "map<string, string> dynamic_parameters", "repeated string dynamic_parameters", ""),
        ("api/greeter.proto", "string id = 2;", "string id = 4;", "api.User.id: found number 4"),
        ("grpc/health/v1/health.proto", "SERVING = 1;", "SERVICING = 1;", "SERVICING: found 1"),
        ("grpc/reflection/v1/reflection.proto", "host = 1;", "host = 2;", "host: found number 2"),
        ("api/greeter.proto", "int32 age = 3;", "", "ReflectedDescriptorSet.swift: found an old"),
    ],
)
def test_sees_a_planted_mistake(tmp_path, path, right, wrong, told):
    copy = tmp_path / "Protos"
    shutil.copytree(schema.PROTOS, copy)
    text = (copy / path).read_text()
    assert text.count(right) >= 1
    (copy / path).write_text(text.replace(right, wrong, 1))
    mismatches, _ = schema.check(copy)
    assert mismatches != []
    assert any(told in line for line in mismatches), mismatches
