"""The external mesh: its files, what is wrong with them, and keys that steer what runs elsewhere."""

import os
import re
import signal
import socket
import subprocess

import grpc
import pytest

from ads import CDS, ADSStream
from mesh import Endpoint, MeshFile, route
from processes import Backends, Caller, grpc_bootstrap
from terminal import BINARY, Terminal, free_port, wait_until


def run(*arguments, text: str | None = None, timeout=20):
    return subprocess.run(
        [os.path.abspath(BINARY), "--plain", "--mesh", "external", "--debug-listen", "off",
         "--listen", f"127.0.0.1:{free_port()}", *arguments],
        input=text, stdin=None if text is not None else subprocess.DEVNULL,
        capture_output=True, text=True, timeout=timeout,
    )


@pytest.fixture
def mesh(tmp_path):
    file = MeshFile(tmp_path / "mesh.yaml", free_port())
    file.endpoints = [Endpoint(21_001, "v1"), Endpoint(21_002, "v2")]
    file.set_split(90, 10)
    return file


BROKEN = """\
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: default}
spec:
  hosts: [a.default.svc.cluster.local]
  http:
  - route:
    -destination:
        host: a
"""

MISTYPED = """\
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, namespace: default}
spec:
  host: a.default.svc.cluster.local
  subsets:
  - name: v1
    labels: {version: v1}
    lables: {}
  - name: 7.5
    labels: x
"""


def test_all_errors_of_all_files_are_told_at_the_start_with_their_places(tmp_path):
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    first.write_text(BROKEN)
    second.write_text(MISTYPED)
    done = run("-f", str(first), "-f", str(second), "--for", "2s")
    assert done.returncode == 2, done
    assert done.stdout == ""
    assert re.search(r"first\.yaml:8:\d+: ", done.stderr), done.stderr
    assert "did you mean" in done.stderr
    assert re.search(r"second\.yaml:9:\d+: .*lables", done.stderr), done.stderr
    assert re.search(r"second\.yaml:11:\d+: ", done.stderr), done.stderr


def test_a_file_that_is_not_there_is_named(tmp_path):
    done = run("-f", str(tmp_path / "missing.yaml"), "--for", "2s")
    assert done.returncode == 2 and "missing.yaml" in done.stderr, done


def test_rules_that_cannot_be_are_told_at_the_start(mesh):
    mesh.set_split(0, 0)
    mesh.write()
    done = run("-f", mesh.path, "--for", "2s")
    assert done.returncode == 2 and "weight" in done.stderr, done


@pytest.mark.parametrize(
    "arguments, words",
    [
        ([], "-f PATH"),
        (["-f", "-", "-f", "-"], "stdin"),
        (["-f", "x.yaml", "--rate", "5"], "--mesh local"),
        (["-f", "x.yaml", "--profile", "*=envoi"], "envoi"),
        (["-f", "x.yaml", "--tls-cert", "a.pem"], "--tls-key"),
        (["-f", "x.yaml", "--tls-identity", "a=b"], "--tls-client-ca"),
        (["-f", "x.yaml", "--max-streams", "0"], "--max-streams is 0"),
        (["-f", "x.yaml", "--follow-log", "x"], "--follow-log"),
        (["-f", "x.yaml", "--dubbo-interface", "x"], "--dubbo-interface"),
    ],
)
def test_flags_that_do_not_fit_are_refused_with_a_reason(arguments, words):
    done = run(*arguments)
    assert done.returncode == 64 and words in done.stderr, done


@pytest.fixture
def serve(mesh):
    """Starts `weir serve` on the mesh; what it says is read line by line."""
    started = []

    def start(*arguments):
        mesh.write()
        process = subprocess.Popen(
            [os.path.abspath(BINARY), "serve", "--mesh", "external", "-f", mesh.path, *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def stop(process) -> tuple[str, str]:
    """Ends it as a service is ended; returns the rest of stdout and stderr."""
    process.send_signal(signal.SIGTERM)
    told = process.communicate(timeout=10)
    assert process.returncode == 0, told
    return told


def test_serve_says_on_stderr_where_it_is_up(serve):
    port, pages = free_port(), free_port()
    process = serve("--listen", f"127.0.0.1:{port}", "--debug-listen", f"127.0.0.1:{pages}")
    assert process.stderr.readline() == (
        f"weir: serving xDS on 127.0.0.1:{port} in plaintext, "
        "mesh external: 1 service, 2 endpoints\n"
    )
    # These two come up beside each other.
    lines = {process.stderr.readline(), process.stderr.readline()}
    assert f"weir: debug pages on http://127.0.0.1:{pages}\n" in lines
    assert any(line.startswith("weir: admin API on /") for line in lines), lines
    assert stop(process) == ("", "")


def test_a_busy_default_port_of_the_debug_pages_is_only_a_warning(serve):
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            holder.bind(("127.0.0.1", 8080))
            holder.listen()
        except OSError:
            pass  # Another program has it, which does as well.
        process = serve("--listen", f"127.0.0.1:{free_port()}")
        lines = {process.stderr.readline() for _ in range(3)}
        assert stop(process) == ("", "")
    warning = next(line for line in lines if line.startswith("weir: warning: "))
    assert "127.0.0.1:8080" in warning and "in use" in warning and "--debug-listen" in warning
    assert any("serving xDS on" in line for line in lines)


def test_what_is_doubtful_of_the_flags_is_warned_of(serve, tmp_path):
    log = tmp_path / "weir.log"
    process = serve(
        "--listen", f"0.0.0.0:{free_port()}", "--insecure-listen", "--debug-listen", "off",
        "--dubbo-interface", "api.X=nobody:1", "--dubbo-interface", "api.Y=dubbo-go-server:1",
        "--log-file", str(log),
    )
    told = [process.stderr.readline() for _ in range(4)]
    stop(process)
    assert "plaintext without authentication" in told[0]
    assert "no service nobody" in told[1] and "has no port 1" in told[2]
    assert all(line.startswith("weir: warning: ") for line in told[:3])
    assert "serving xDS on 0.0.0.0:" in told[3]
    text = log.read_text()
    assert all(text.count(line.removeprefix("weir: warning: ").strip()) == 1 for line in told[:3])


def test_a_limit_that_is_hit_is_one_line_of_the_log(serve, tmp_path):
    log, port = tmp_path / "weir.log", free_port()
    process = serve(
        "--listen", f"127.0.0.1:{port}", "--debug-listen", "off", "--max-streams", "1",
        "--log-file", str(log),
    )
    assert "serving xDS on" in process.stderr.readline()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        first = ADSStream(channel, "first")
        first.ask(CDS)
        first.next()
        second = ADSStream(channel, "second")
        second.ask(CDS)
        with pytest.raises(grpc.RpcError):
            second.next()
        wait_until(lambda: "--max-streams" in log.read_text(), "the limit's line")
    stop(process)
    assert log.read_text().count("a discovery stream too many was refused") == 1


def test_files_are_for_the_external_mesh_only(mesh):
    mesh.write()
    done = subprocess.run(
        [os.path.abspath(BINARY), "--plain", "-f", mesh.path],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20,
    )
    assert done.returncode == 64 and "--mesh external" in done.stderr, done


def test_the_files_may_come_from_stdin(mesh):
    mesh.write()
    with open(mesh.path) as file:
        done = run("-f", "-", "--for", "2500ms", text=file.read())
    assert done.returncode == 0, done.stderr
    assert "want 90.0" in done.stdout and "want 10.0" in done.stdout


def test_a_directory_is_read_with_all_its_files(mesh, tmp_path):
    mesh.write()
    done = run("-f", str(tmp_path), "--for", "2500ms")
    assert done.returncode == 0, done.stderr
    assert "want 90.0" in done.stdout


@pytest.fixture
def console(mesh):
    opened = Terminal(140, 40)
    opened.port = free_port()

    def start(*arguments):
        mesh.write()
        opened.weir(
            "--mesh", "external", "-f", mesh.path, "--listen", f"127.0.0.1:{opened.port}",
            "--debug-listen", "off", *arguments,
        )
        opened.wait_for(r"weir ▸ external")
        return opened

    yield start
    opened.close()


def test_a_mended_file_is_taken_over_and_a_broken_one_is_not(console, mesh):
    terminal = console()
    terminal.wait_for(r"rev 1\b")
    terminal.wait_for(r"v1\s+90")
    with open(mesh.path, "a") as file:
        file.write("---\n" + BROKEN)
    terminal.wait_for(r"mesh\.yaml:\d+:\d+: ")
    assert re.search(r"v1\s+90", terminal.screen())
    mesh.set_split(70, 30)
    mesh.write()
    terminal.wait_for(r"v1\s+70")
    terminal.wait_for(r"rev 2\b")


def test_keys_steer_a_client_of_the_external_mesh(console, mesh):
    servers = Backends()
    mesh.endpoints = [Endpoint(servers.start(version), version) for version in ("v1", "v2")]
    mesh.routes = [route(("v1", 100), ("v2", 0))]
    terminal = console()
    bootstrap = grpc_bootstrap(f"127.0.0.1:{terminal.port}", "grpcio")
    caller = Caller(f"xds:///{mesh.target}", bootstrap=bootstrap)
    try:
        assert caller.burst(100) == {"v1": 100}
        terminal.wait_for(r"ACK 1/1")
        terminal.press("g", "j", "=")
        terminal.type("100")
        terminal.press("Enter")
        terminal.wait_for(r"\brev 2\b")
        terminal.wait_for(r"ACK 1/1")
        caller.burst(50)
        assert caller.burst(100) == {"v2": 100}
        terminal.press("5")
        terminal.wait_for(r"grpcio\b.*ACK")
        terminal.wait_for(r"\bLRS\b")
    finally:
        caller.close()
        servers.close()


def test_a_refusal_of_a_foreign_client_is_shown_with_its_words(console, mesh):
    terminal = console()
    with grpc.insecure_channel(f"127.0.0.1:{terminal.port}") as channel:
        stream = ADSStream(channel, "refuser", generator="")
        stream.ask(CDS)
        stream.nack(stream.next(), "cluster v1: no such filter")
        terminal.wait_for(r"NACK 1")
        terminal.press("5")
        terminal.wait_for(r"refuser\b.*NACK")
        terminal.wait_for(r"no such filter")
        stream.close()


def test_the_log_of_a_followed_client_counts(console, mesh, tmp_path):
    log = tmp_path / "app.log"
    log.write_text("")
    node = "sidecar~127.0.0.5~dubbo-1.default~default.svc.cluster.local"
    terminal = console("--follow-log", f"{node}={log}")
    terminal.wait_for(r"following .*app\.log")
    line = '2026-11-22T16:00:00.000Z\tINFO\tcmd/app.go:29\tcall server response = name:"Hello x"  id:"v1"\n'
    with open(log, "a") as file:
        file.write(line * 40)
    terminal.wait_for(r"40\b", timeout=10)
