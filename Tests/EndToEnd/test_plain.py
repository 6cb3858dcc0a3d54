"""weir without a terminal: lines, JSON, exit codes, and what it leaves behind."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import time

import pytest

from terminal import BINARY, free_port, wait_until


def start(*arguments, **options):
    return subprocess.Popen(
        [os.path.abspath(BINARY), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def run(*arguments, timeout=30):
    return subprocess.run(
        [os.path.abspath(BINARY), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def listen() -> list[str]:
    return ["--listen", f"127.0.0.1:{free_port()}"]


def descendants(process_id: int) -> list[int]:
    """The processes that `process_id` started, and those that they started."""
    found = []
    for path in pathlib.Path(f"/proc/{process_id}/task").glob("*/children"):
        for child in map(int, path.read_text().split()):
            found += [child, *descendants(child)]
    return found


def command_line(process_id: int) -> str:
    try:
        return pathlib.Path(f"/proc/{process_id}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def is_alive(process_id: int) -> bool:
    try:
        status = pathlib.Path(f"/proc/{process_id}/stat").read_text()
    except OSError:
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"


def read_reports(process, enough, timeout=25):
    """Reads JSON lines until `enough(report)`; returns that report."""
    deadline = time.monotonic() + timeout
    last = ""
    while time.monotonic() < deadline:
        last = process.stdout.readline()
        if not last:
            break
        report = json.loads(last)
        if enough(report):
            return report
    raise AssertionError(f"no such report in {timeout} s; the last: {last}")


@pytest.fixture
def engine():
    """A running engine that prints JSON lines."""
    process = start("-o", "json", *listen())
    yield process
    process.kill()
    process.wait()


def test_prints_a_line_a_second_and_ends_when_told():
    begun = time.monotonic()
    done = run("--for", "6s", *listen())
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert 4 <= len(lines) <= 7, done.stdout
    assert "want 90.0" in lines[-1] and "want 10.0" in lines[-1]
    assert "got" in lines[-1] and "n=" in lines[-1]
    assert 5.5 < time.monotonic() - begun < 12


def test_calls_arrive_within_two_seconds_of_the_start(engine):
    begun = time.monotonic()
    read_reports(engine, lambda report: report["totalCalls"] > 0)
    # One second of it is the reporter's own.
    assert time.monotonic() - begun < 3


def test_json_lines_hold_want_and_got(engine):
    report = read_reports(engine, lambda report: report["rules"] and report["rules"][0]["n"] > 100)
    assert report["schemaVersion"] == 1
    rows = {row["label"]: row for row in report["rules"][0]["rows"]}
    assert rows["v1"]["want"] == 0.9 and rows["v2"]["want"] == 0.1
    assert rows["v1"]["low"] <= rows["v1"]["got"] <= rows["v1"]["high"]
    assert rows["v1"]["count"] + rows["v2"]["count"] == report["rules"][0]["n"]
    assert {client["state"] for client in report["clients"]} == {"acked"}
    assert report["rules"][0]["failed"] == 0


def test_a_killed_server_is_shown_dead_and_comes_back(engine):
    read_reports(engine, lambda report: report["totalCalls"] > 20)
    children = descendants(engine.pid)
    victim = next(pid for pid in children if "v2.0.0" in command_line(pid))
    os.kill(victim, signal.SIGKILL)
    # It is dead for half a second only, but how it died stays.
    report = read_reports(
        engine, lambda report: any("exitReason" in w for w in report["workloads"])
    )
    victim = next(w for w in report["workloads"] if "exitReason" in w)
    assert victim["version"] == "v2.0.0" and "signal 9" in victim["exitReason"], victim
    before = report["totalCalls"]
    report = read_reports(
        engine, lambda report: all(w["state"] == "running" for w in report["workloads"])
    )
    read_reports(engine, lambda report: report["totalCalls"] > before + 20)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_no_child_survives_the_engine(engine, how):
    read_reports(engine, lambda report: report["totalCalls"] > 0)
    children = descendants(engine.pid)
    assert len(children) == 4, [command_line(pid) for pid in children]
    engine.send_signal(how)
    engine.wait(timeout=10)
    wait_until(
        lambda: not any(is_alive(pid) for pid in children),
        lambda: f"the end of {[command_line(pid) for pid in children if is_alive(pid)]}",
        timeout=5,
    )


def test_an_interrupt_ends_it_with_130(engine):
    read_reports(engine, lambda report: True)
    engine.send_signal(signal.SIGINT)
    assert engine.wait(timeout=10) == 130


def test_a_busy_port_is_one_clear_sentence():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        done = run("--plain", "--listen", f"127.0.0.1:{port}")
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert f"127.0.0.1:{port}" in done.stderr and "in use" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--rate", "fast"],
        ["--rate", "0"],
        ["--listen", "nowhere"],
        ["--workloads", "v1=x"],
        ["--workloads", ""],
        ["--mesh", "moon"],
        ["--for", "soon"],
        ["--unknown"],
        ["unknown-command"],
        ["workload", "server"],
        ["workload", "client", "--header", "no-equals-sign", "--target", "xds:///a:1"],
    ],
)
def test_bad_flags_exit_with_64(arguments):
    done = run(*arguments)
    assert done.returncode == 64, (done.stdout, done.stderr)
    assert done.stdout == "" and done.stderr


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--every", "0s"], "--every is 0s; want a time above 0"),
        (["--every", "-1s"], "--every is -1s; want a time above 0"),
        (["--for", "x"], "--for is x; want a time above 0"),
        (["--lrs-interval", "0s"], "--lrs-interval is 0s; want a time above 0"),
        (["--keepalive", "0"], "--keepalive is 0; want a time above 0"),
        (["--max-connection-age", "0s"], "--max-connection-age is 0s; want off or a time above 0"),
        (["--rate", "-1"], "--rate is -1.0; want a number above 0"),
        (["--rate=-1"], "--rate is -1.0; want a number above 0"),
    ],
)
def test_a_bad_value_is_refused_with_what_is_wanted(arguments, words):
    done = run("--plain", *arguments)
    assert done.returncode == 64 and words in done.stderr, done
    assert done.stdout == ""


def test_only_loopback_is_served_unless_it_is_said_how():
    done = run("--plain", "--listen", "0.0.0.0:0")
    assert done.returncode == 64 and "0.0.0.0" in done.stderr, done
    for flag in ["--tls-cert", "--tls-key", "--insecure-listen"]:
        assert flag in done.stderr
    done = run("--plain", *listen(), "--debug-listen", "0.0.0.0:0")
    assert done.returncode == 64 and "--insecure-listen" in done.stderr, done


def test_a_bad_bootstrap_is_one_clear_sentence(tmp_path):
    broken = tmp_path / "bootstrap.json"
    broken.write_text('{"xds_servers": []}')
    done = subprocess.run(
        [os.path.abspath(BINARY), "workload", "client", "--target", "xds:///a:1"],
        env={**os.environ, "GRPC_XDS_BOOTSTRAP": str(broken)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=10,
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert str(broken) in done.stderr and "xds_servers" in done.stderr


def test_serve_runs_without_a_console_and_stops_on_sigterm():
    process = start("serve", *listen())
    time_limit = time.monotonic() + 10
    wait_until(lambda: len(descendants(process.pid)) == 4, "four workloads", timeout=10)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    assert time.monotonic() < time_limit + 10


def test_no_call_fails_while_the_engine_is_killed_and_comes_back(tmp_path):
    """Servers and client started by hand; the engine dies by SIGKILL and is started again."""
    ports = [free_port(), free_port()]
    servers = [
        start("workload", "server", "--version", f"v{n}.0.0", "--port", str(port), "--json-ready")
        for n, port in enumerate(ports, 1)
    ]
    for server in servers:
        assert "ready" in server.stdout.readline()
    port = free_port()
    engine_arguments = [
        "serve", "--listen", f"127.0.0.1:{port}",
        "--workloads", f"v1=127.0.0.1:{ports[0]},v2=127.0.0.1:{ports[1]}",
    ]
    engine = start(*engine_arguments)
    bootstrap = {
        "xds_servers": [
            {"server_uri": f"127.0.0.1:{port}", "channel_creds": [{"type": "insecure"}]}
        ],
        "node": {"id": "sidecar~127.0.0.1~by-hand.default~default.svc.cluster.local"},
    }
    log = tmp_path / "calls.log"
    with log.open("w") as output:
        client = subprocess.Popen(
            [
                os.path.abspath(BINARY), "workload", "client", "--rate", "50",
                "--target", "xds:///dubbo-go-server.default.svc.cluster.local:20000",
            ],
            env={**os.environ, "GRPC_XDS_BOOTSTRAP_CONFIG": json.dumps(bootstrap)},
            stdin=subprocess.DEVNULL,
            stdout=output,
        )

    def answers() -> int:
        return log.read_text().count("call server response")

    def goes_on(more: int):
        goal = answers() + more
        wait_until(lambda: answers() >= goal, lambda: f"calls: {log.read_text()[-500:]}", 20)

    try:
        goes_on(50)
        engine.kill()
        engine.wait()
        goes_on(100)
        engine = start("-o", "json", *engine_arguments[1:])
        report = read_reports(engine, lambda report: report["totalCalls"] > 50)
        assert [c["name"] for c in report["clients"] if c["state"] == "acked"].count("by-hand") == 1
        goes_on(50)
        assert "call server error" not in log.read_text()
    finally:
        for process in [client, engine, *servers]:
            process.kill()
            process.wait()


def test_a_server_takes_the_next_free_port_or_says_that_its_own_is_busy():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        command = ["workload", "server", "--version", "v1.0.0", "--port", str(port)]
        for _ in range(3):
            server = start(*command, "--port-search", "--json-ready")
            ready = json.loads(server.stdout.readline())["ready"]
            assert ready["port"] > port
            server.send_signal(signal.SIGTERM)
            assert server.wait(timeout=10) == 0
        done = run(*command)
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1
    assert f"127.0.0.1:{port}" in done.stderr and "in use" in done.stderr


def test_a_full_disk_is_an_error_and_a_stuck_reader_is_no_reason_to_live():
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [os.path.abspath(BINARY), "-o", "json", "--for", "5s", *listen()],
            stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE, text=True, timeout=20,
        )
    assert done.returncode == 2 and "No space left" in done.stderr
    stuck = start("-o", "json", "--rate", "500", *listen())
    wait_until(lambda: len(descendants(stuck.pid)) == 4, "four workloads")
    stuck.send_signal(signal.SIGTERM)
    assert stuck.wait(timeout=10) == 143


def test_a_client_says_that_the_xds_server_does_not_answer():
    bootstrap = {
        "xds_servers": [{"server_uri": "127.0.0.1:9", "channel_creds": [{"type": "insecure"}]}],
        "node": {"id": "lost"},
    }
    client = subprocess.Popen(
        [os.path.abspath(BINARY), "workload", "client", "--target", "xds:///a:1", "--quiet"],
        env={**os.environ, "GRPC_XDS_BOOTSTRAP_CONFIG": json.dumps(bootstrap)},
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )
    try:
        assert "127.0.0.1:9" in client.stderr.readline()
    finally:
        client.kill()
        client.wait()
