"""Processes that tests start: told what to do by lines of JSON, and gone when the test is."""

import json
import os
import select
import subprocess
import sys
import tempfile
from collections import namedtuple

HARNESS = os.path.dirname(os.path.abspath(__file__))


class Helper:
    """A Python script of the harness that answers each line of JSON with one."""

    def __init__(self, script: str, *arguments: str, environment: dict | None = None):
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(HARNESS, script), *arguments],
            env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
        )
        self._answer(20)

    def _answer(self, timeout: float) -> dict:
        ready, _, _ = select.select([self.process.stdout], [], [], timeout)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            self.errors.seek(0)
            raise AssertionError(f"no answer within {timeout} s: {self.errors.read()[-2000:]}")
        return json.loads(line)

    def ask(self, do: str, timeout: float = 60, **order) -> dict:
        """Gives an order and waits for its answer."""
        self.begin(do, **order)
        return self._answer(timeout)

    def begin(self, do: str, **order):
        """Gives an order whose answer is fetched with `finish`."""
        self.process.stdin.write(json.dumps({"do": do, **order}) + "\n")
        self.process.stdin.flush()

    def finish(self, timeout: float = 60) -> dict:
        return self._answer(timeout)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.errors.close()


class Caller(Helper):
    """A gRPC client in a process of its own; see caller.py."""

    def __init__(self, target: str, *arguments: str, bootstrap: dict | None = None):
        environment = {}
        if bootstrap is not None:
            environment["GRPC_XDS_BOOTSTRAP_CONFIG"] = json.dumps(bootstrap)
        super().__init__("caller.py", target, *arguments, environment=environment)

    def burst(self, count: int, headers=(), **order) -> dict:
        """Makes calls and returns how many each workload version answered, and how many failed."""
        return self.ask("burst", count=count, headers=list(headers), **order)

    def steady(self, every: float = 0.01):
        self.ask("steady", every=every)

    def background(self) -> dict:
        return self.ask("background")

    def rest(self) -> dict:
        return self.ask("rest")


class Backends(Helper):
    """Any number of greeter servers that count their calls; see backends.py."""

    def __init__(self):
        super().__init__("backends.py")

    def start(self, version: str, address: str = "127.0.0.1", port: int = 0) -> int:
        """Starts a server and returns its port."""
        return self.ask("start", version=version, address=address, port=port)["port"]

    def stop(self, port: int):
        """Stops a server; calls under way may end."""
        self.ask("stop", port=port)

    def counts(self) -> dict:
        """Calls that each server answered, by its port; those of stopped ones too."""
        return {int(port): count for port, count in self.ask("counts").items()}

    def total(self) -> int:
        return sum(self.counts().values())

    def set_serving(self, port: int, serving: bool):
        """What gRPC health says of a server."""
        self.ask("health", port=port, serving=serving)


Answer = namedtuple("Answer", "code details body seconds headers")


class FieldCaller(Helper):
    """A gRPC client that tells all of each answer; see field_caller.py."""

    def __init__(self, bootstrap: dict | None = None):
        environment = {}
        if bootstrap is not None:
            environment["GRPC_XDS_BOOTSTRAP_CONFIG"] = json.dumps(bootstrap)
        super().__init__("field_caller.py", environment=environment)

    def calls(self, target: str, count: int, **order) -> list[Answer]:
        answers = self.ask("call", target=target, count=count, **order)["answers"]
        return [Answer(**answer) for answer in answers]

    def call(self, target: str, **order) -> Answer:
        return self.calls(target, 1, **order)[0]


class Upstreams(Helper):
    """Any number of servers that tell what they were asked; see upstreams.py."""

    def __init__(self):
        super().__init__("upstreams.py")

    def start(self, version: str, tls: str | None = None) -> int:
        """Starts a server and returns its port."""
        return self.ask("start", version=version, tls=tls)["port"]

    def stop(self, port: int):
        self.ask("stop", port=port)

    def seen(self, identifier: str) -> list[dict]:
        """The calls whose `x-call-id` this is, as the servers saw them."""
        return self.ask("seen", id=identifier)["calls"]


def grpc_bootstrap(server: str, name: str = "grpcio", credentials: dict | None = None) -> dict:
    """What a proxyless gRPC client starts from."""
    return {
        "xds_servers": [
            {
                "server_uri": server,
                "channel_creds": [credentials or {"type": "insecure"}],
                "server_features": ["xds_v3"],
            }
        ],
        "node": {
            "id": f"sidecar~127.0.0.1~{name}.default~default.svc.cluster.local",
            "metadata": {"GENERATOR": "grpc"},
        },
    }
