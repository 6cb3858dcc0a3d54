"""One mesh with a host for each field that is tried, steered clients for it, and its servers."""

import http.client
import json
import subprocess

import yaml

from engine import Engine
from envoy_proxy import Envoy
from mesh import Endpoint, resource, service
from processes import Answer, FieldCaller, Upstreams, grpc_bootstrap
from terminal import free_port, wait_until

DOMAIN = "fields.svc.cluster.local"
# Where rules name it, the folder of the certificates is put in its place.
CERTIFICATES = "/CERTIFICATES"
VERSIONS = ("v1", "v2", "v3")


def host_name(name: str) -> str:
    return f"{name}.{DOMAIN}"


def to(name: str, subset: str | None = None, **more) -> dict:
    """A destination in a rule."""
    destination = {"host": host_name(name), **({"subset": subset} if subset else {})}
    return {"destination": destination, **more}


class Host:
    """A host, its endpoints by the version of their server, and what rules say of it."""

    def __init__(
        self, name, http=(), policy=None, endpoints=VERSIONS, localities=(), policies=None, others=()
    ):
        self.name, self.http, self.policy = name, list(http), policy
        self.endpoints, self.localities = endpoints, localities
        # Traffic policies of subsets, by version.
        self.policies = policies or {}
        self.others = list(others)

    def documents(self, port: int, servers: dict[str, int]) -> list[dict]:
        host = host_name(self.name)
        endpoints = []
        for index, version in enumerate(self.endpoints):
            more = {"locality": self.localities[index]} if self.localities else {}
            endpoints.append(Endpoint(servers[version], version, **more))
        subsets = []
        for version in dict.fromkeys(self.endpoints):
            own = {"trafficPolicy": self.policies[version]} if version in self.policies else {}
            subsets.append({"name": version, "labels": {"version": version}, **own})
        rule = {"host": host, "subsets": subsets}
        if self.policy:
            rule["trafficPolicy"] = self.policy
        found = [service(host, port, endpoints), resource("DestinationRule", self.name, rule)]
        if self.http:
            found.append(
                resource("VirtualService", self.name, {"hosts": [host], "http": self.http})
            )
        return found + self.others


def make_certificates(folder):
    """An authority, and a server's and a client's certificate of it."""
    def openssl(*words: str):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=20)

    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl(
        "req", "-x509", *curve, "-keyout", "ca-key.pem", "-out", "ca.pem", "-subj", "/CN=authority"
    )
    for name in ("cert", "client"):
        key = "key.pem" if name == "cert" else "client-key.pem"
        openssl("req", *curve, "-keyout", key, "-out", f"{name}.csr", "-subj", f"/CN={name}")
        (folder / "names").write_text("subjectAltName=DNS:upstream.example.com,IP:127.0.0.1")
        openssl(
            "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca-key.pem",
            "-CAcreateserial", "-out", f"{name}.pem", "-extfile", "names",
        )


class FieldWorld:
    """The servers, the engine, an Envoy and a gRPC client, for all hosts at once."""

    def __init__(self, folder, hosts: list[Host]):
        self.port = free_port()
        self.upstreams = Upstreams()
        plain, mutual = folder / "simple", folder / "mutual"
        for each in (plain, mutual):
            each.mkdir()
            make_certificates(each)
        (mutual / "clients.pem").write_bytes((mutual / "ca.pem").read_bytes())
        self.servers = {version: self.upstreams.start(version) for version in VERSIONS}
        self.servers["simple"] = self.upstreams.start("simple", tls=str(plain))
        self.servers["mutual"] = self.upstreams.start("mutual", tls=str(mutual))
        documents = [
            document for host in hosts for document in host.documents(self.port, self.servers)
        ]
        text = yaml.safe_dump_all(documents, sort_keys=False).replace(CERTIFICATES, str(folder))
        path = folder / "mesh.yaml"
        path.write_text(text)
        self.engine = Engine(str(path))
        self.envoy = Envoy(self.engine.address, folder)
        self.through_envoy = FieldCaller()
        self.by_grpc = FieldCaller(grpc_bootstrap(self.engine.address, "grpc"))
        self.clusters: dict[str, dict] = {}
        self.envoy.wait_listening(f"127.0.0.1:{self.port}")
        self.engine.wait_acked("envoy")

    def calls(self, client: str, name: str, count: int, **order) -> list[Answer]:
        """gRPC calls to a host by `envoy` or `grpc`."""
        authority = f"{host_name(name)}:{self.port}"
        if client == "grpc":
            return self.by_grpc.calls(f"xds:///{authority}", count, **order)
        return self.through_envoy.calls(
            f"127.0.0.1:{self.port}", count, authority=authority, **order
        )

    def call(self, client: str, name: str, **order) -> Answer:
        return self.calls(client, name, 1, **order)[0]

    def request(self, name: str, method="GET", path="/", headers=()):
        """An HTTP/1 request through Envoy: its status, its headers in lower case and its body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.putrequest(method, path, skip_host=True)
            connection.putheader("Host", f"{host_name(name)}:{self.port}")
            for key, value in headers:
                connection.putheader(key, value)
            connection.endheaders()
            response = connection.getresponse()
            found = {key.lower(): value for key, value in response.getheaders()}
            return response.status, found, response.read().decode()
        finally:
            connection.close()

    def cluster_name(self, name: str, subset: str = "") -> str:
        return f"outbound|{self.port}|{subset}|{host_name(name)}"

    def cluster(self, name: str, subset: str = "") -> dict:
        """A host's cluster as Envoy itself tells that it has it."""
        if not self.clusters:
            dump = json.loads(self.envoy.admin("/config_dump?resource=dynamic_active_clusters"))
            for each in dump["configs"]:
                self.clusters[each["cluster"]["name"]] = each["cluster"]
        return self.clusters[self.cluster_name(name, subset)]

    def route(self, name: str) -> dict:
        """A host's first route as Envoy itself tells that it has it."""
        dump = json.loads(self.envoy.admin("/config_dump?resource=dynamic_route_configs"))
        hosts = [
            host for each in dump["configs"] for host in each["route_config"]["virtual_hosts"]
        ]
        return next(host for host in hosts if host["name"] == f"{host_name(name)}:{self.port}")[
            "routes"
        ][0]

    def wait_counter(self, name: str, counter: str):
        """Waits until Envoy has counted something of a host's cluster."""
        stat = f"cluster.{self.cluster_name(name)}.{counter}".replace("|", "[|]")
        wait_until(lambda: self.envoy.counter(stat) > 0, f"Envoy to count {stat}")

    def close(self):
        for part in (self.by_grpc, self.through_envoy, self.envoy, self.engine, self.upstreams):
            part.close()
