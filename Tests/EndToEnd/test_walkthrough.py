"""docs/walkthrough.md, run command by command: what it says must be so."""

import collections
import os
import pathlib
import re
import subprocess

import pytest

from terminal import BINARY, free_port, wait_until

ROOT = pathlib.Path(__file__).parents[2]
PAGE = ROOT / "docs" / "walkthrough.md"
# Calls that are counted for each claim of a log. 600 at 10 % are 60, give or take 22 in 999 of 1000.
COUNTED = 600


def blocks():
    """The page's commands and claims, in order: (word, what follows the word, text)."""
    found = re.findall(r"^```(sh|log)([^\n]*)\n(.*?)^```$", PAGE.read_text(), re.M | re.S)
    return [(word, rest.strip(), text) for word, rest, text in found]


class Walk:
    """The page's three terminals."""

    def __init__(self, folder: pathlib.Path):
        self.port = free_port()
        (folder / "bin").mkdir()
        os.symlink(os.path.abspath(BINARY), folder / "bin" / "weir")
        self.environment = {
            **os.environ,
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "XDG_RUNTIME_DIR": str(folder),
            "XDG_STATE_HOME": str(folder / "state"),
        }
        self.folder = folder
        self.engine = None
        self.client = None
        self.log = folder / "calls.log"

    def text(self, commands: str) -> str:
        """The page's commands, with ports and files of this run's own."""
        commands = commands.replace("weir serve", f"weir serve --listen 127.0.0.1:{self.port}")
        commands = commands.replace(
            "bootstrap grpc", f"bootstrap grpc --server 127.0.0.1:{self.port}"
        )
        return commands.replace("/tmp/weir-", f"{self.folder}/weir-")

    def start_engine(self, commands: str):
        self.engine = subprocess.Popen(
            ["bash", "-c", f"exec {self.text(commands)}"],
            cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        wait_until(
            lambda: self.run("weir wait dubbo-go-server --for=ack --timeout 1s").returncode == 0,
            "the engine and its clients", 40, every=0.5,
        )

    def start_client(self, commands: str):
        self.stop_client()
        *before, last = self.text(commands).strip().splitlines()
        self.log.write_text("")
        script = "\n".join(["set -e", *before, f"exec {last}"])
        if before:
            self.environment["GRPC_XDS_BOOTSTRAP"] = f"{self.folder}/weir-walkthrough.json"
        with self.log.open("w") as output:
            self.client = subprocess.Popen(
                ["bash", "-c", script], cwd=ROOT, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=output,
            )
        wait_until(lambda: self.ids(), lambda: f"calls: {self.log.read_text()}", 30)

    def stop_client(self):
        if self.client:
            self.client.terminate()
            self.client.wait(10)

    def run(self, command: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["bash", "-c", self.text(command)], cwd=ROOT, env=self.environment,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=180,
        )

    def ids(self) -> list[str]:
        return re.findall(r'call server response = name:"[^"]*"\s+id:"([^"]*)"', self.log.read_text())

    def check(self, claim: str):
        """Holds a log against shares such as `v1.0.0=90 v2.0.0=10`."""
        wanted = {name: int(share) for name, share in (term.split("=") for term in claim.split())}
        # A claim of all calls needs no great number.
        count = COUNTED if len(wanted) > 1 else 60
        start = len(self.ids())
        wait_until(lambda: len(self.ids()) >= start + count, "calls", 120, every=0.5)
        counts = collections.Counter(self.ids()[start : start + count])
        assert set(counts) == set(wanted), (claim, counts)
        for name, share in wanted.items():
            got = 100 * counts[name] / count
            assert abs(got - share) <= (5 if len(wanted) > 1 else 0), (claim, counts)

    def close(self):
        self.stop_client()
        if self.engine:
            self.engine.terminate()
            self.engine.wait(15)


@pytest.fixture
def walk(tmp_path):
    opened = Walk(tmp_path)
    yield opened
    opened.close()


def test_the_page_does_what_it_says(walk):
    done = []
    for word, rest, text in blocks():
        if word == "log":
            walk.check(rest)
        elif rest == "engine":
            walk.start_engine(text)
        elif rest == "client":
            walk.start_client(text)
        else:
            for command in text.strip().splitlines():
                result = walk.run(command)
                assert result.returncode == 0, (command, result.stdout, result.stderr)
                done.append((command, result.stdout + result.stderr))
    assert sum(word == "log" for word, _, _ in blocks()) == 4
    outputs = "\n".join(text for _, text in done)
    assert "virtualservice.networking.istio.io/dubbo-go-server configured (revision" in outputs
    assert "call server error" not in walk.log.read_text()
    slip = next(text for command, text in done if command.startswith("weir validate"))
    assert re.search(r"weir-slip\.yaml:\d+:\d+: error: ", slip), slip
    assert "- destination:" in slip, slip


def test_without_rules_both_versions_answer(walk):
    """What the page says of its start."""
    starts = [text for word, rest, text in blocks() if word == "sh"]
    walk.start_engine(starts[0])
    for command in starts[1].strip().splitlines():
        result = walk.run(command)
        assert result.returncode == 0, (command, result.stderr)
    walk.start_client(starts[2])
    wait_until(lambda: len(walk.ids()) >= 100, "calls", 60, every=0.5)
    counts = collections.Counter(walk.ids()[20:])
    assert counts["v1.0.0"] > 20 and counts["v2.0.0"] > 20, counts
