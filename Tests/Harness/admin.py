"""The admin API of a running engine, spoken by stubs that are made from its own protocol files."""

import functools
import importlib
import os
import sys
import tempfile

import grpc
from grpc_tools import protoc

PROTOCOL = os.path.join(
    os.path.dirname(__file__), "..", "..", "Sources", "AdminProtos", "Protos"
)
FILES = ["admin", "calls", "changes", "explain", "listings", "picture", "rules"]


@functools.cache
def modules():
    """The messages of `explain.proto` and the stubs of `admin.proto`."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(PROTOCOL, "weir", "admin", "v1", f"{name}.proto") for name in FILES]
        # What grpc_tools brings along itself: google/protobuf.
        own = os.path.join(os.path.dirname(protoc.__file__), "_proto")
        words = [f"-I{PROTOCOL}", f"-I{own}", f"--python_out={folder}", f"--grpc_python_out={folder}"]
        assert protoc.main(["protoc", *words, *paths]) == 0, "the protocol files don't compile"
        sys.path.insert(0, folder)
        try:
            explain = importlib.import_module("weir.admin.v1.explain_pb2")
            admin = importlib.import_module("weir.admin.v1.admin_pb2_grpc")
        finally:
            sys.path.remove(folder)
    return explain, admin


class Admin:
    """A viewer of an engine that tests started, by its socket."""

    def __init__(self, engine):
        self.messages, services = modules()
        folder = engine.environment["XDG_RUNTIME_DIR"]
        # A name for the socket, since some servers refuse its path as an authority.
        options = [("grpc.default_authority", "localhost")]
        self.channel = grpc.insecure_channel(f"unix:{folder}/weir/engine.sock", options=options)
        self.stub = services.AdminStub(self.channel)

    def explain(self, authority: str, path: str, method="POST", headers=(), profile="envoy"):
        """A call's explanation, to come."""
        request = self.messages.ExplainRequest(
            authority=authority, path=path, method=method, profile=profile
        )
        for name, value in headers:
            request.headers.add(name=name, value=value)
        return self.stub.Explain.future(request, timeout=60)

    def close(self):
        self.channel.close()
