"""A running Weir without a terminal, and what it tells as JSON lines."""

import json
import os
import signal
import subprocess
import threading
import time

from terminal import BINARY, free_port, private_folders, wait_until


class Engine:
    """`weir -o json` on an external mesh; keeps what it printed."""

    def __init__(self, *files: str, port: int | None = None, arguments=(), listen="127.0.0.1"):
        self.files = files
        self.port = port or free_port()
        self.address = f"{listen}:{self.port}"
        self.arguments = list(arguments)
        self.environment = private_folders()
        self.reports: list[dict] = []
        self.process = None
        self.start()

    def start(self):
        """Starts it, again where it was killed, and waits until it serves."""
        self.reports = []
        files = [word for path in self.files for word in ("-f", path)]
        self.process = subprocess.Popen(
            [
                os.path.abspath(BINARY), "-o", "json", "--every", "200ms", "--mesh", "external", *files,
                "--listen", self.address, *self.arguments,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | self.environment,
        )
        threading.Thread(target=self._read, args=(self.process,), daemon=True).start()
        wait_until(
            lambda: self.reports or self.process.poll() is not None, "the engine's first line", 60
        )
        if self.process.poll() is not None:
            raise AssertionError(f"the engine ended: {self.process.stderr.read()}")

    def _read(self, process):
        reports = self.reports
        for line in process.stdout:
            reports.append(json.loads(line))

    @property
    def report(self) -> dict:
        """The newest line."""
        return self.reports[-1]

    def wait(self, condition, what, timeout: float = 15) -> dict:
        """Waits for a report that meets a condition, and returns it."""
        def found():
            assert self.process.poll() is None, "the engine has ended"
            return self.reports and condition(self.report) and self.report

        return wait_until(
            found,
            lambda: f"{what() if callable(what) else what}; the newest report: {self.reports[-1:]}",
            timeout,
        )

    def client(self, name: str) -> dict:
        """A client in the newest report; empty where it isn't known."""
        return next((each for each in self.report["clients"] if each["name"] == name), {})

    def wait_acked(self, *names: str, revision: int | None = None, timeout: float = 15):
        """Waits until the clients have the newest revision in force, or at least the given one."""
        def acked(report):
            if revision is not None and report["revision"] < revision:
                return False
            states = {client["name"]: client["state"] for client in report["clients"]}
            return all(states.get(name) == "acked" for name in names)

        return self.wait(acked, f"ACKs of {names}", timeout)

    def wait_answered(self, name: str, revision: int = 1):
        """Waits until a client has acknowledged all that it asked for, up to a revision."""
        self.wait(
            lambda _: self.client(name).get("ackedRevision", 0) >= revision, f"{name}'s ACK"
        )

    def edit(self, mesh, *names: str):
        """Writes the mesh's file and waits until these clients have what it says in force."""
        before = self.report["revision"]
        mesh.write()
        self.wait_acked(*names, revision=before + 1)

    def kill(self):
        """Ends it as a crash would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def settle(read, quiet: float = 1.5, timeout: float = 15):
    """Waits until what `read` returns has not changed for a while, and returns it."""
    deadline = time.monotonic() + timeout
    value, since = read(), time.monotonic()
    while time.monotonic() - since < quiet:
        assert time.monotonic() < deadline, f"still changing after {timeout} s: {value}"
        time.sleep(0.05)
        newest = read()
        if newest != value:
            value, since = newest, time.monotonic()
    return value
