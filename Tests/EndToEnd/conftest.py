"""Fixtures: a console in a terminal, and a real gRPC client beside it."""

import pytest

from processes import Caller, grpc_bootstrap
from terminal import Terminal, free_port

SERVICE = "dubbo-go-server.default.svc.cluster.local:20000"


class Console(Terminal):
    """A running console and the port of its control plane."""

    def __init__(self, *arguments, columns=120, rows=40, environment=None):
        super().__init__(columns, rows, environment)
        self.port = free_port()
        self.weir("--listen", f"127.0.0.1:{self.port}", *arguments)

    def wait_for_calls(self):
        """Waits until calls arrive and both clients acknowledged."""
        self.wait_for(r"ACK 2/2", timeout=20)
        self.wait_for(r"n=[1-9]\d*", timeout=20)

    def revision(self) -> int:
        return int(self.wait_for(r"\brev (\d+)\b").group(1))

    def press_and_settle(self, *keys, clients=2):
        """Presses keys that make a new revision and waits until every client has it in force."""
        before = self.revision()
        self.press(*keys)
        self.wait_for(rf"\brev (?!{before}\b)\d+\b")
        self.wait_for(rf"ACK {clients}/{clients}\b")


@pytest.fixture
def console(request):
    """A console; parametrize indirectly with keyword arguments for its constructor."""
    opened = Console(**getattr(request, "param", {}))
    yield opened
    opened.close()


class GRPCClient(Caller):
    """grpcio's own xDS client, calling all the time beside what it is asked for."""

    def __init__(self, port: int):
        bootstrap = grpc_bootstrap(f"127.0.0.1:{port}", "grpcio")
        super().__init__(f"xds:///{SERVICE}", bootstrap=bootstrap)
        first = super().burst(1)
        assert "failed" not in first, first
        self.steady()

    def burst(self, count: int, *headers: str) -> dict:
        """Makes calls and returns how many each workload version answered.

        C-core acknowledges a configuration some time before its calls go by it, so a few calls go
        first that don't count.
        """
        pairs = [header.split("=", 1) for header in headers]
        super().burst(50, pairs)
        return super().burst(count, pairs)


@pytest.fixture
def grpc_client(console):
    console.wait_for_calls()
    client = GRPCClient(console.port)
    console.wait_for(r"ACK 3/3")
    yield client
    client.close()
