"""Fixtures: a console in a terminal, and a real gRPC client beside it."""

import json
import os
import subprocess
import sys

import pytest

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


class GRPCClient:
    """grpcio's own xDS client in a process of its own; see grpcio_client.py."""

    def __init__(self, port: int):
        bootstrap = {
            "xds_servers": [
                {"server_uri": f"127.0.0.1:{port}", "channel_creds": [{"type": "insecure"}]}
            ],
            "node": {
                "id": "sidecar~127.0.0.1~grpcio.default~default.svc.cluster.local",
                "metadata": {"GENERATOR": "grpc"},
            },
        }
        script = os.path.join(os.path.dirname(__file__), "grpcio_client.py")
        self.process = subprocess.Popen(
            [sys.executable, script, f"xds:///{SERVICE}"],
            env={**os.environ, "GRPC_XDS_BOOTSTRAP_CONFIG": json.dumps(bootstrap)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        first = self._answer()
        assert "failed" not in first, first

    def _answer(self) -> dict:
        line = self.process.stdout.readline()
        assert line, "the gRPC client has ended"
        return json.loads(line)

    def ask(self, command: str) -> dict:
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self._answer()

    def burst(self, count: int, *headers: str) -> dict:
        """Makes calls and returns how many each workload version answered.

        C-core acknowledges a configuration some time before its calls go by it, so a few calls go
        first that don't count.
        """
        self.ask(" ".join(["burst", "50", *headers]))
        return self.ask(" ".join(["burst", str(count), *headers]))

    def steady(self) -> dict:
        """What the steady background calls have seen so far."""
        return self.ask("background")

    def close(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def grpc_client(console):
    console.wait_for_calls()
    client = GRPCClient(console.port)
    console.wait_for(r"ACK 3/3")
    yield client
    client.close()
