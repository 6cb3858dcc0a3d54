"""An ADS client that does what a test tells it, by hand."""

import queue

import grpc
from envoy.service.discovery.v3 import discovery_pb2

TYPE = "type.googleapis.com/envoy.config."
CDS = TYPE + "cluster.v3.Cluster"
EDS = TYPE + "endpoint.v3.ClusterLoadAssignment"
LDS = TYPE + "listener.v3.Listener"
RDS = TYPE + "route.v3.RouteConfiguration"
METHOD = "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources"


class ADSStream:
    """A SotW stream: `ask`, `next`, then `ack` or `nack`."""

    def __init__(self, channel: grpc.Channel, name: str, generator: str = "grpc"):
        self.node_id = f"sidecar~127.0.0.1~{name}.default~default.svc.cluster.local"
        self.generator = generator
        self.waiting = queue.Queue()
        self.versions = {}
        self.names = {}
        self.responses = channel.stream_stream(
            METHOD,
            request_serializer=discovery_pb2.DiscoveryRequest.SerializeToString,
            response_deserializer=discovery_pb2.DiscoveryResponse.FromString,
        )(iter(self.waiting.get, None), timeout=60)

    def ask(self, kind: str, names=(), nonce: str = "", error: str | None = None):
        self.names[kind] = list(names)
        request = discovery_pb2.DiscoveryRequest(
            type_url=kind,
            resource_names=names,
            response_nonce=nonce,
            version_info=self.versions.get(kind, ""),
        )
        request.node.id = self.node_id
        request.node.metadata.update({"GENERATOR": self.generator} if self.generator else {})
        if error:
            request.error_detail.code, request.error_detail.message = 13, error
        self.waiting.put(request)

    def next(self):
        """The next response; raises `grpc.RpcError` where the stream ended badly."""
        return next(self.responses)

    def ack(self, response):
        self.versions[response.type_url] = response.version_info
        self.ask(response.type_url, self.names[response.type_url], response.nonce)

    def nack(self, response, error: str):
        self.ask(response.type_url, self.names[response.type_url], response.nonce, error)

    def close(self):
        self.waiting.put(None)
        self.responses.cancel()
