"""Consoles on an engine that runs in another process."""

import json
import os
import signal
import subprocess

import pytest

from terminal import BINARY, Terminal, free_port, private_folders, wait_until


class Serving:
    """`weir serve` on the local mesh."""

    def __init__(self):
        self.environment = private_folders()
        self.socket = os.path.join(self.environment["XDG_RUNTIME_DIR"], "weir", "engine.sock")
        self.port = free_port()
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [os.path.abspath(BINARY), "serve", "--listen", f"127.0.0.1:{self.port}"],
            env=os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: os.path.exists(self.socket), "the engine's socket")

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(15)

    def run(self, *arguments: str, **options) -> subprocess.CompletedProcess:
        return subprocess.run(
            [os.path.abspath(BINARY), *arguments],
            env=os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            **options,
        )


@pytest.fixture
def serving():
    engine = Serving()
    yield engine
    if engine.process.poll() is None:
        engine.stop()


@pytest.fixture
def attached(serving):
    """Two consoles on one engine."""
    consoles = [Terminal(environment=serving.environment) for _ in range(2)]
    for console in consoles:
        console.weir("attach")
    for console in consoles:
        console.wait_for(r"ACK 2/2", timeout=20)
    yield consoles
    for console in consoles:
        console.close()


def test_consoles_see_each_others_keys_and_leave_the_engine_running(serving, attached):
    first, second = attached
    first.press("h")
    second.wait_for(r"v1 +89\b")
    second.press("H")
    first.wait_for(r"v1 +79\b")
    first.wait_for(r"ACK 2/2")

    first.press("q")
    assert first.exit_code() == 0
    second.press("L")
    second.wait_for(r"v1 +89\b")
    assert serving.process.poll() is None


def test_each_console_filters_its_own_calls(attached):
    first, second = attached
    first.press("3", "/")
    first.type("client-admin")
    first.press("Enter")
    first.wait_for(r"client-admin +SayHello")
    wait_until(
        lambda: "client-plain  SayHello" not in first.screen(), lambda: first.screen()
    )
    assert "client-plain" in second.wait_for(r"client-plain +SayHello").group()


def test_the_picture_stays_while_the_engine_is_gone_and_goes_on_when_it_is_back(serving, attached):
    console = attached[0]
    serving.stop(signal.SIGKILL)
    console.wait_for(r"NO ENGINE since \d\d:\d\d:\d\d")
    console.wait_for(r"v1 +90\b")
    console.press("h")
    console.wait_for(r"no engine at \S+engine.sock")
    serving.start()
    console.wait_for(r"LIVE", timeout=30)
    console.wait_for(r"ACK 2/2", timeout=30)
    console.press("h")
    console.wait_for(r"v1 +89\b")
    console.press("q")
    assert console.exit_code() == 0


def test_lines_and_json_come_from_the_engine(serving):
    done = serving.run("attach", "--plain", "--every", "200ms", "--for", "1s")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 5
    done = serving.run("attach", serving.socket, "-o", "json", "--for", "1500ms")
    assert json.loads(done.stdout)["service"].startswith("dubbo-go-server")


def test_no_engine_is_said_with_what_to_do(serving):
    serving.stop()
    done = serving.run("attach")
    assert done.returncode == 2
    assert f"no engine at {serving.socket}: there is no such socket; start one" in done.stderr


def test_a_socket_that_is_taken_by_flag_ends_the_second_engine(serving):
    done = serving.run(
        "serve", "--ephemeral", "--listen", "127.0.0.1:0", "--admin", serving.socket
    )
    assert done.returncode == 2
    assert f"another engine (process {serving.process.pid}) serves" in done.stderr


def test_tcp_wants_certificates(serving):
    done = serving.run("serve", "--admin-listen", "127.0.0.1:0")
    assert done.returncode == 64
    assert "--admin-listen wants --admin-tls-cert" in done.stderr
    done = serving.run("attach", "127.0.0.1:1")
    assert done.returncode == 2
    assert "is asked by mutual TLS only" in done.stderr
