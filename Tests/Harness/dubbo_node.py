"""A stand-in for a dubbo-go 3.1 process: its xDS conversation, its router, its log, its weaknesses.

dubbo-go itself speaks SotW with a fork of grpc-go's client, and breaks on what other clients take
without a word. What would make the real one panic, hang or refuse is noted in `faults`; what it
would refuse by NACK is refused, and noted in `nacks`.
"""

import queue
import random
import re
import threading
import time

import grpc
from envoy.config.cluster.v3 import cluster_pb2
from envoy.config.core.v3 import health_check_pb2
from envoy.config.endpoint.v3 import endpoint_pb2
from envoy.config.route.v3 import route_pb2
from envoy.service.discovery.v3 import discovery_pb2

import dubbo_rules
from dubbo_adsz import provider_address
from terminal import wait_until

TYPE = "type.googleapis.com/envoy.config."
CDS = TYPE + "cluster.v3.Cluster"
EDS = TYPE + "endpoint.v3.ClusterLoadAssignment"
RDS = TYPE + "route.v3.RouteConfiguration"
METHOD = "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources"
ISTIOD = "istiod.istio-system.svc.cluster.local:15010"
MESSAGES = {
    CDS: cluster_pb2.Cluster,
    EDS: endpoint_pb2.ClusterLoadAssignment,
    RDS: route_pb2.RouteConfiguration,
}
# DefaultRegTimeout: what it has for finding istiod and itself.
SNIFF_LIMIT = 5.0
# Cluster deletions that follow another cluster event sooner than this may hang it.
CALM = 0.05


class DubboNode:
    """One process: `sniff` first, then `register` for a provider or `subscribe` for a consumer."""

    def __init__(self, server: str, name: str, ip: str, istiod: str = ISTIOD, seed: int = 1):
        self.server, self.name, self.ip, self.istiod = server, name, ip, istiod
        self.random = random.Random(seed)
        self.metadata = ""
        self.lock = threading.RLock()
        self.faults: list[str] = []
        self.nacks: list[str] = []
        self.requests: list[tuple] = []
        self.responses: list[tuple] = []
        # What it watches and what it has.
        self.names = {CDS: ["*"], EDS: [], RDS: []}
        self.clusters: set[str] = set()
        self.assignments: dict[str, endpoint_pb2.ClusterLoadAssignment] = {}
        self.endpoints: dict[str, set[str]] = {}
        self.routes: dict[str, route_pb2.RouteConfiguration] = {}
        self.istiod_ip = self.host_address = None
        self.subscribed_to = None
        self.last_cluster_event = 0.0
        self.channels: dict[str, grpc.Channel] = {}
        self.log = None
        self.stream = None
        self.closed = False
        self.begun = time.monotonic()
        self._connect()

    @property
    def node_id(self) -> str:
        return f"sidecar~{self.ip}~{self.name}.default~default.svc.cluster.local"

    # The conversation

    def _connect(self):
        """Opens a connection and a stream, versions and nonces forgotten, and asks for everything."""
        with self.lock:
            if self.closed:
                return
            stream = Stream(self.server, self.istiod)
            self.stream = stream
            self.versions, self.nonces = {}, {}
            types = [kind for kind in (CDS, EDS, RDS) if self.names[kind]]
            if self.subscribed_to or self.metadata:
                self.random.shuffle(types)
            for kind in types:
                self._ask(kind)
        threading.Thread(target=self._listen, args=(stream,), daemon=True).start()

    def _ask(self, kind: str, nonce: str | None = None, error: str | None = None):
        request = discovery_pb2.DiscoveryRequest(
            version_info=self.versions.get(kind, ""),
            resource_names=self.names[kind],
            type_url=kind,
            response_nonce=self.nonces.get(kind, "") if nonce is None else nonce,
        )
        node = request.node
        node.id, node.user_agent_name, node.user_agent_version = self.node_id, "gRPC Go", "1.45.0"
        node.client_features.append("envoy.lb.does_not_support_overprovisioning")
        labels = {"DUBBO_GO": self.metadata}
        node.metadata.update({"CLUSTER_ID": "Kubernetes", "LABELS": labels})
        if error:
            request.error_detail.code, request.error_detail.message = 3, error
        self.requests.append((kind.rsplit(".", 1)[1], list(self.names[kind]), request))
        self.stream.send(request)

    def _listen(self, stream):
        try:
            for response in stream.responses:
                with self.lock:
                    if stream is not self.stream:
                        return
                    self._take(response)
        except grpc.RpcError:
            pass
        if stream is self.stream and not self.closed:
            time.sleep(1)
            if stream is self.stream:
                stream.close()
                self._connect()

    def _take(self, response):
        kind = response.type_url
        if kind not in MESSAGES:
            self.faults.append(f"an answer of type {kind}, which nobody asked for")
            return
        found, problems = {}, []
        for any_message in response.resources:
            message = MESSAGES[kind]()
            assert any_message.Unpack(message), f"{any_message.type_url} inside {kind}"
            name = message.cluster_name if kind == EDS else message.name
            problem = dubbo_rules.problem(message)
            if problem:
                problems.append(f'error parsing "" response: resource "{name}": {problem}')
            else:
                found[name] = message
        self.responses.append((kind.rsplit(".", 1)[1], sorted(found), time.monotonic()))
        {CDS: self._take_clusters, EDS: self._take_endpoints, RDS: self._take_routes}[kind](found)
        if problems:
            self.nacks += problems
            self._ask(kind, nonce=response.nonce, error="; ".join(problems))
        else:
            self.versions[kind] = response.version_info
            self._ask(kind, nonce=response.nonce)
        self.nonces[kind] = response.nonce

    def _take_clusters(self, found: dict):
        for name in found:
            if name.count("|") < 3:
                self.faults.append(f"panic: index out of range in the cluster name {name}")
        removed = self.clusters - set(found)
        now = time.monotonic()
        if self.subscribed_to and removed:
            if len(removed) > 1:
                self.faults.append(f"deadlock: {len(removed)} clusters removed in one answer")
            if now - self.last_cluster_event < CALM:
                self.faults.append("deadlock: a cluster removed right after another cluster event")
        self.last_cluster_event = now
        for name in removed:
            self.endpoints.pop(name, None)
            self.assignments.pop(name, None)
            if name in self.names[EDS]:
                self.names[EDS].remove(name)
                self._ask(EDS)
        added = sorted(set(found) - self.clusters)
        self.clusters = set(found)
        for name in added:
            if self.subscribed_to is None or self._is_of(name, self.subscribed_to):
                self._watch_endpoints(name)

    def _watch_endpoints(self, name: str):
        if name not in self.names[EDS]:
            self.names[EDS].append(name)
            self._ask(EDS)

    def _take_endpoints(self, found: dict):
        for name, assignment in found.items():
            # An empty assignment has no endpoint to hear of, so nothing changes by it.
            self.assignments[name] = assignment
            all_of_it = [
                endpoint for each in assignment.endpoints for endpoint in each.lb_endpoints
            ]
            self._sniff_in(name, [address(endpoint)[0] for endpoint in all_of_it])
            known = self.endpoints.setdefault(name, set())
            for endpoint in all_of_it:
                text = "%s:%d" % address(endpoint)
                if endpoint.health_status == health_check_pb2.UNHEALTHY:
                    known.discard(text)
                else:
                    known.add(text)

    def _sniff_in(self, name: str, addresses: list[str]):
        """Looks for istiod's address and its own, as long as it hasn't both."""
        _, port, _, host = name.split("|", 3)
        if host == self.istiod.rsplit(":", 1)[0] and self.istiod_ip is None and addresses:
            if len(addresses) > 1:
                self.faults.append("panic: close of closed channel; istiod has several endpoints")
            self.istiod_ip = addresses[0]
        if self.host_address is None and self.ip in addresses:
            if addresses.count(self.ip) > 1:
                self.faults.append(
                    f"panic: close of closed channel; {name} has {addresses.count(self.ip)}"
                    " endpoints of this node's address"
                )
            self.host_address = f"{host}:{port}"

    def _take_routes(self, found: dict):
        self.routes.update(found)

    @staticmethod
    def _is_of(cluster: str, host_address: str) -> bool:
        host, port = host_address.rsplit(":", 1)
        parts = cluster.split("|")
        return parts[1] == port and parts[3] == host

    # What an application does

    def sniff(self):
        """Finds istiod and its own service; dubbo-go's process ends where it can't within 5 s."""
        wait_until(
            lambda: self.istiod_ip and self.host_address,
            lambda: f"istiod ({self.istiod_ip}) and itself ({self.host_address}); "
            f"clusters {sorted(self.clusters)}, endpoints {self.endpoints}",
            timeout=max(0.05, SNIFF_LIMIT - (time.monotonic() - self.begun)),
            every=0.01,
        )
        self.sniffed_after = time.monotonic() - self.begun
        # It waits a second, then drops two of its watches and forgets the others.
        time.sleep(1)
        with self.lock:
            del self.names[EDS][:2]
            self._ask(EDS)

    def register(self, interface: str = "api.Greeter"):
        """Says which services it provides: on a connection of its own, with an empty name among the
        endpoints' names."""
        with self.lock:
            old = self.stream
            self.metadata = '{"providers:%s::":"%s"}' % (interface, self.host_address)
            if "" not in self.names[EDS]:
                self.names[EDS].append("")
            self._connect()
        old.close()

    def subscribe(self, debug_port: int, interface: str = "api.Greeter"):
        """Learns where an interface is served, and watches its clusters and its routes."""
        where = provider_address(f"http://{self.istiod_ip}:{debug_port}", interface)
        with self.lock:
            self.subscribed_to = where
            for name in sorted(self.clusters):
                if self._is_of(name, where):
                    self._watch_endpoints(name)
            self._ask(EDS)
            self.names[RDS] = [where]
            self._ask(RDS)

    def reconnect(self):
        """Loses its connection and comes back."""
        with self.lock:
            old = self.stream
            self._connect()
        old.close()

    def call(self, headers=(), method: str = "SayHello", interface: str = "api.Greeter") -> str:
        """Makes one call and returns the version that answered, or the error's text."""
        attachments = dict(headers) | {"async": "false", "environment": "dev"}
        with self.lock:
            configuration = self.routes.get(self.subscribed_to)
            cluster = dubbo_rules.pick(configuration, f"/{method}", attachments, self.random)
            choices = sorted(self.endpoints.get(cluster, ()))
        if not choices:
            return self._write("ERROR", "call server error = No provider available")
        channel = self._channel(self.random.choice(choices))
        try:
            answer = channel.unary_unary(f"/{interface}/{method}")(
                b"\x0a\x08Laurence",
                metadata=[*attachments.items(), ("interface", interface)],
                timeout=5,
            )
        except grpc.RpcError as error:
            return self._write("ERROR", f"call server error = {error.code().name.lower()}")
        version = re.search(rb"\x12.(.*)", answer, re.DOTALL).group(1).decode()
        # Go's protobuf text comes with one blank or two between fields.
        blanks = " " * self.random.choice((1, 2))
        self._write("INFO", f'call server response = name:"Hello Laurence"{blanks}id:"{version}"')
        return version

    def _channel(self, target: str) -> grpc.Channel:
        if target not in self.channels:
            self.channels[target] = grpc.insecure_channel(target)
        return self.channels[target]

    def _write(self, level: str, message: str) -> str:
        """Logs as zap does, with colours on some lines; returns the error, where it is one."""
        if self.log:
            now = time.time()
            stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
            if self.random.random() < 0.5:
                level = f"\x1b[34m{level}\x1b[0m"
            self.log.write(f"{stamp}.{int(now * 1000) % 1000:03}Z\t{level}\tcmd/app.go:29\t{message}\n")
            self.log.flush()
        return message

    def wait_ready(self, timeout: float = 10):
        """Waits until it has routes and, for each cluster of theirs, an endpoint."""
        def ready():
            configuration = self.routes.get(self.subscribed_to)
            if configuration is None:
                return False
            return all(self.endpoints.get(name) for name in dubbo_rules.clusters(configuration))

        wait_until(ready, lambda: f"routes and endpoints: {self.routes} {self.endpoints}", timeout)

    def close(self):
        with self.lock:
            self.closed = True
            self.stream.close()
        for channel in self.channels.values():
            channel.close()


class Stream:
    """One ADS stream on a connection of its own."""

    def __init__(self, server: str, authority: str):
        self.waiting = queue.Queue()
        options = [("grpc.default_authority", authority), ("grpc.use_local_subchannel_pool", 1)]
        self.channel = grpc.insecure_channel(server, options=options)
        self.responses = self.channel.stream_stream(
            METHOD,
            request_serializer=discovery_pb2.DiscoveryRequest.SerializeToString,
            response_deserializer=discovery_pb2.DiscoveryResponse.FromString,
        )(iter(self.waiting.get, None), wait_for_ready=True)

    def send(self, request):
        self.waiting.put(request)

    def close(self):
        self.responses.cancel()
        self.waiting.put(None)
        self.channel.close()


def address(endpoint) -> tuple[str, int]:
    socket = endpoint.endpoint.address.socket_address
    return socket.address, socket.port_value
