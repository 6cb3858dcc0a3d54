"""The files that an external mesh is read from, as Python values."""

import os

import yaml

HOST = "dubbo-go-server.default.svc.cluster.local"
ISTIO = "networking.istio.io/v1"


def match(**conditions) -> dict:
    """One HTTPMatchRequest: `headers={"user": {"exact": "admin"}}`, `uri={"prefix": "/"}`, …"""
    return conditions


def route(*destinations, match=(), host=HOST) -> dict:
    """One HTTPRoute; destinations are `subset` or `(subset, weight)`, None for the whole host."""
    entries = []
    for each in destinations:
        subset, weight = each if isinstance(each, tuple) else (each, None)
        entry = {"destination": {"host": host}}
        if subset is not None:
            entry["destination"]["subset"] = subset
        if weight is not None:
            entry["weight"] = weight
        entries.append(entry)
    return {**({"match": list(match)} if match else {}), "route": entries}


class Endpoint:
    """One backend of a service."""

    def __init__(self, port: int, version: str, address="127.0.0.1", **more):
        self.port, self.version, self.address, self.more = port, version, address, more

    def entry(self, port_name: str) -> dict:
        return {
            "address": self.address,
            "ports": {port_name: self.port},
            "labels": {"version": self.version},
            **self.more,
        }


class MeshFile:
    """A service, its subsets and its rules, kept as one file that an engine watches."""

    def __init__(self, path: str, port: int, host: str = HOST, addresses=()):
        self.path, self.port, self.host, self.addresses = str(path), port, host, list(addresses)
        self.endpoints: list[Endpoint] = []
        self.subsets = ["v1", "v2"]
        self.routes: list[dict] = []
        self.others: list[dict] = []
        # In place of the ServiceEntry that the endpoints make, where it isn't None.
        self.entry: dict | None = None

    @property
    def target(self) -> str:
        return f"{self.host}:{self.port}"

    def documents(self) -> list[dict]:
        name = self.host.split(".")[0]
        entry = self.entry or service(self.host, self.port, self.endpoints, self.addresses)
        documents = [entry]
        if self.subsets:
            subsets = [{"name": subset, "labels": {"version": subset}} for subset in self.subsets]
            spec = {"host": self.host, "subsets": subsets}
            documents.append(resource("DestinationRule", name, spec))
        if self.routes:
            spec = {"hosts": [self.host], "http": self.routes}
            documents.append(resource("VirtualService", name, spec))
        return documents + self.others

    def add_service(self, host: str, port: int, endpoints: list[Endpoint], addresses=()):
        """Adds another service beside the one that the file is about."""
        self.others.append(service(host, port, endpoints, addresses))

    def write(self):
        """Writes the file as an editor does: to another name first, then in place of the old one."""
        text = yaml.safe_dump_all(self.documents(), sort_keys=False)
        with open(self.path + ".new~", "w") as file:
            file.write(text)
        os.replace(self.path + ".new~", self.path)

    def set_split(self, v1: int, v2: int):
        """Makes two weights the only rule."""
        self.routes = [route(("v1", v1), ("v2", v2), host=self.host)]


def service(host: str, port: int, endpoints: list[Endpoint], addresses=()) -> dict:
    """A ServiceEntry."""
    entry = {
        "hosts": [host],
        "location": "MESH_INTERNAL",
        "resolution": "STATIC",
        "ports": [{"number": port, "name": "grpc", "protocol": "GRPC"}],
        "endpoints": [endpoint.entry("grpc") for endpoint in endpoints],
    }
    if addresses:
        entry["addresses"] = list(addresses)
    return resource("ServiceEntry", host.split(".")[0], entry)


def resource(kind: str, name: str, spec: dict) -> dict:
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": ISTIO, "kind": kind, "metadata": metadata, "spec": spec}
