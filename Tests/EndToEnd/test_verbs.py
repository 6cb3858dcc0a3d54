"""The verbs against a running engine: what they print, and every exit code of docs/cli.md."""

import json
import os
import pathlib
import signal
import subprocess

import grpc
import pytest

import ads
from terminal import BINARY, free_port, wait_until

WALKTHROUGH = pathlib.Path(__file__).parents[2] / "docs" / "examples" / "walkthrough"
SERVICE = "dubbo-go-server"


class Engine:
    """`weir serve` on the local mesh, and verbs that ask it."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.environment = {
            **os.environ,
            "XDG_RUNTIME_DIR": str(folder),
            "XDG_STATE_HOME": str(folder / "state"),
            "EDITOR": "true",
        }
        self.environment.pop("WEIR_ENGINE", None)
        self.port = free_port()
        self.process = subprocess.Popen(
            [
                os.path.abspath(BINARY), "serve", "--listen", f"127.0.0.1:{self.port}",
                "--ephemeral", "--rate", "40",
            ],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        wait_until(
            lambda: self.weir("wait", SERVICE, "--for=ack", "--timeout", "1s").returncode == 0
            and len(self.items("clients")) == 2,
            lambda: self.weir("get", "clients").stderr or "the engine's clients", 40, every=0.5,
        )

    def start(self, *arguments: str, **options) -> subprocess.Popen:
        return subprocess.Popen(
            [os.path.abspath(BINARY), *arguments],
            env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
        )

    def weir(self, *arguments: str, stdin: str = "", environment=None):
        return subprocess.run(
            [os.path.abspath(BINARY), *arguments],
            env={**self.environment, **(environment or {})},
            input=stdin, capture_output=True, text=True, timeout=150,
        )

    def json(self, *arguments: str) -> dict:
        done = self.weir(*arguments, "-o", "json")
        assert done.returncode == 0, done
        assert len(done.stdout.splitlines()) == 1
        value = json.loads(done.stdout)
        assert value["schemaVersion"] == 1 and "revision" in value and value["time"].endswith("Z")
        return value

    def items(self, kind: str) -> list:
        done = self.weir("get", kind, "-o", "json")
        return json.loads(done.stdout)["items"] if done.returncode == 0 else []

    def revision(self) -> int:
        return self.json("history")["revision"]

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    opened = Engine(tmp_path_factory.mktemp("engine"))
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def walkthrough_rules(engine):
    """Each test begins with the last step of the walkthrough."""
    engine.weir("apply", "-f", str(WALKTHROUGH / "1-destination-rule.yaml"))
    done = engine.weir("apply", "-f", str(WALKTHROUGH / "4-canary.yaml"))
    assert done.returncode == 0, done


def service(weights=(90, 10), **replaced) -> str:
    text = (WALKTHROUGH / "4-canary.yaml").read_text()
    text = text.replace("weight: 90", f"weight: {weights[0]}")
    text = text.replace("weight: 10", f"weight: {weights[1]}")
    for old, new in replaced.items():
        text = text.replace(old, new)
    return text


def test_apply_says_what_became_of_each_object(engine):
    done = engine.weir("apply", "-f", "-", stdin=service((70, 30)))
    revision = engine.revision()
    line = f"virtualservice.networking.istio.io/{SERVICE} configured (revision {revision})\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, line, "")
    again = engine.weir("apply", "-f", "-", stdin=service((70, 30)))
    assert "unchanged" in again.stdout and engine.revision() == revision


def test_a_dry_run_changes_nothing(engine):
    before = engine.revision()
    done = engine.weir("apply", "--dry-run", "-f", "-", stdin=service((1, 2)))
    assert done.returncode == 0 and "(dry run)" in done.stdout
    assert engine.revision() == before


@pytest.mark.parametrize("verb", [["apply"], ["apply", "--dry-run"], ["validate"], ["diff"]])
def test_errors_in_files_are_3_with_their_places(engine, verb):
    broken = service().replace("weight: 90", "wieght: 90")
    before = engine.revision()
    done = engine.weir(*verb, "-f", "-", stdin=broken)
    assert done.returncode == 3, done
    text = done.stdout if verb == ["validate"] else done.stderr
    assert 'stdin:14:7: error: fieldUnknown: "wieght"' in text, done
    assert "  fix: did you mean weight?" in text
    assert engine.revision() == before


def test_what_the_engine_refuses_is_3_with_its_place(engine):
    done = engine.weir("apply", "-f", "-", stdin=service((0, 0)))
    assert done.returncode == 3 and done.stdout == "", done
    assert "stdin:" in done.stderr and "error: weightsAllZero:" in done.stderr


def test_validate_wants_no_engine(engine, tmp_path):
    done = engine.weir(
        "validate", "-f", str(WALKTHROUGH), environment={"XDG_RUNTIME_DIR": str(tmp_path)}
    )
    # The steps are three states of one VirtualService: together they are twice too many.
    assert done.returncode == 3 and "objectDuplicate" in done.stdout
    for path in sorted(WALKTHROUGH.glob("*.yaml")):
        done = engine.weir(
            "validate", "-f", str(path), environment={"XDG_RUNTIME_DIR": str(tmp_path)}
        )
        assert (done.returncode, done.stdout) == (0, ""), done


def test_diff_ends_with_0_1_or_more(engine):
    same = engine.weir("diff", "-f", str(WALKTHROUGH / "4-canary.yaml"))
    assert (same.returncode, same.stdout) == (0, ""), same
    other = engine.weir("diff", "-f", "-", stdin=service((75, 25)))
    assert other.returncode == 1
    assert "-      weight: 90" in other.stdout and "+      weight: 75" in other.stdout
    assert "\x1b" not in other.stdout
    nowhere = engine.weir("diff", "-f", "-", "--engine", "/nowhere/engine.sock", stdin=service())
    assert nowhere.returncode == 2


def test_diff_shows_the_resources_of_a_profile(engine):
    done = engine.weir("diff", "--xds", "--profile", "grpc", "-f", "-", stdin=service((75, 25)))
    assert done.returncode == 1, done
    assert "grpc RDS" in done.stdout and "envoy RDS" not in done.stdout
    assert "client-admin" in done.stderr


def test_no_engine_is_2_and_one_clear_sentence(engine, tmp_path):
    for verb in [["get", "vs"], ["undo"], ["top", "--once"], ["explain", SERVICE]]:
        done = engine.weir(*verb, environment={"XDG_RUNTIME_DIR": str(tmp_path)})
        assert done.returncode == 2, done
        assert done.stdout == "" and len(done.stderr.splitlines()) == 1
        assert str(tmp_path) in done.stderr and "weir serve" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["get"], ["get", "moons"], ["apply"], ["apply", "-f", "x", "--wait=never"],
        ["set-weight", SERVICE, "even", "--wait", "never"], ["delete"],
        ["delete", "services", "x"], ["describe", "vs"], ["set-weight", SERVICE, "v1"],
        ["set-weight", SERVICE], ["wait", SERVICE], ["wait", SERVICE, "--for=luck"],
        ["wait", SERVICE, "--for=ack", "--tolerance", "2"], ["logs", "--code", "OOPS"],
        ["logs", "--tail", "-1"], ["explain", SERVICE, "-H", "user"], ["completion", "tcsh"],
        ["explain", SERVICE, "--client", "a", "--profile", "grpc"], ["history", "--limit", "0"],
        ["diff", "-f", "x", "--profile", "grpc"], ["get", "clients", "-o", "yaml"],
    ],
)
def test_wrong_usage_is_64(engine, arguments):
    done = engine.weir(*arguments)
    assert done.returncode == 64 and done.stdout == "" and done.stderr, done


def test_what_is_not_there_is_1(engine):
    for verb in [["get", "vs", "nope"], ["describe", "dr", "nope"], ["delete", "vs", "nope"],
                 ["set-weight", "nope", "even"], ["wait", "nope", "--for=ack"]]:
        done = engine.weir(*verb)
        assert done.returncode == 1 and done.stdout == "" and "nope" in done.stderr, done


def test_get_in_every_form(engine):
    table = engine.weir("get", "vs").stdout.splitlines()
    assert table[0].split() == ["NAME", "HOSTS", "RULES"] and table[1].split()[0] == SERVICE
    name = engine.weir("get", "virtualservice", SERVICE, "-o", "name").stdout
    assert name == f"virtualservice.networking.istio.io/{SERVICE}\n"
    items = engine.json("get", f"vs/{SERVICE}")["items"]
    assert items[0]["kind"] == "VirtualService"
    assert [d["weight"] for d in items[0]["spec"]["http"][0]["route"]] == [90, 10]
    for kind in ["dr", "se", "we", "services", "endpoints", "clients", "revisions"]:
        engine.json("get", kind)
        for form in ["table", "wide", "name"]:
            assert engine.weir("get", kind, "-o", form).returncode == 0
        lines = engine.weir("get", kind).stdout.splitlines()
        if kind != "revisions":
            assert all(len(line) <= 80 for line in lines), lines


def test_what_get_writes_as_yaml_changes_nothing_when_applied(engine):
    before = engine.revision()
    for kind in ["vs", "dr"]:
        text = engine.weir("get", kind, "-o", "yaml").stdout
        done = engine.weir("apply", "-f", "-", stdin=text)
        assert done.returncode == 0 and "unchanged" in done.stdout, done
    assert engine.revision() == before
    book = engine.weir("get", "revisions", str(before), "-o", "yaml").stdout
    assert engine.weir("diff", "-f", "-", stdin=book).returncode == 0


def test_watching_prints_an_object_a_line_as_rules_change(engine):
    watch = engine.start("get", "vs", "-w", "-o", "json")
    try:
        first = json.loads(watch.stdout.readline())
        engine.weir("set-weight", SERVICE, "v1=60", "v2=40")
        second = json.loads(watch.stdout.readline())
        assert second["revision"] > first["revision"]
        weights = [d["weight"] for d in second["items"][0]["spec"]["http"][0]["route"]]
        assert weights == [60, 40]
        watch.send_signal(signal.SIGINT)
        assert watch.wait(10) == 130
    finally:
        watch.kill()
        watch.wait()


def test_a_reader_that_has_seen_enough_is_no_failure(engine):
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; '{os.path.abspath(BINARY)}' logs -f | head -3"],
        env=engine.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
    )
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 3, done
    assert done.stderr == ""


def test_describe_tells_all_of_an_object(engine):
    done = engine.weir("describe", "vs", SERVICE)
    assert done.returncode == 0, done
    for part in ["Traffic:", "want 90.0", "client-admin", "History:", "kind: VirtualService"]:
        assert part in done.stdout, (part, done.stdout)
    for kind, name in [("dr", SERVICE), ("service", SERVICE), ("client", "client-admin"),
                       ("revision", str(engine.revision()))]:
        assert engine.weir("describe", kind, name).returncode == 0


def test_delete_and_undo_and_redo(engine):
    done = engine.weir("delete", "vs", SERVICE)
    assert done.returncode == 0 and "deleted (revision" in done.stdout, done
    assert engine.items("vs") == []
    assert engine.weir("undo").returncode == 0
    assert len(engine.items("vs")) == 1
    assert engine.weir("redo").returncode == 0
    assert engine.items("vs") == []
    nothing = engine.weir("redo")
    assert nothing.returncode == 1, nothing
    files = str(WALKTHROUGH / "1-destination-rule.yaml")
    assert engine.weir("delete", "-f", files).returncode == 0
    assert engine.weir("delete", "-f", files).returncode == 1
    assert engine.weir("delete", "-f", files, "--ignore-not-found").returncode == 0


def test_history_tells_who_did_what_by_what(engine):
    engine.weir("set-weight", SERVICE, "v1=55", "v2=45", "--author", "jane")
    newest = engine.json("history", "--limit", "1")["items"][0]
    assert newest["author"] == "jane"
    assert newest["cause"] == f"set-weight {SERVICE} v1=55 v2=45"
    assert "55" in newest["title"]


def test_rollback(engine):
    target = engine.revision()
    engine.weir("set-weight", SERVICE, "even")
    engine.weir("set-weight", SERVICE, "3:1")
    assert engine.weir("rollback", "--to", str(target)).returncode == 0
    weights = [d["weight"] for d in engine.items("vs")[0]["spec"]["http"][0]["route"]]
    assert weights == [90, 10]
    assert engine.weir("rollback").returncode == 0
    weights = [d["weight"] for d in engine.items("vs")[0]["spec"]["http"][0]["route"]]
    assert weights[0] == 3 * weights[1]
    assert engine.weir("rollback", "--to", "999999").returncode == 1


def test_the_loser_of_two_writers_sees_what_changed(engine):
    base = engine.revision()
    engine.weir("set-weight", SERVICE, "v1=20", "v2=80", "--author", "jane")
    for verb in [["set-weight", SERVICE, "even"], ["apply", "-f", str(WALKTHROUGH / "4-canary.yaml")]]:
        done = engine.weir(*verb, "--revision", str(base))
        assert done.returncode == 1, done
        assert "jane" in done.stderr and "20" in done.stderr, done
    weights = [d["weight"] for d in engine.items("vs")[0]["spec"]["http"][0]["route"]]
    assert weights == [20, 80]


def editor(folder: pathlib.Path, script: str) -> dict:
    path = folder / "editor"
    path.write_text(f"#!/bin/bash\n{script}\n")
    path.chmod(0o755)
    return {"VISUAL": str(path)}


def test_edit(engine, tmp_path):
    environment = editor(tmp_path, "sed -i 's/weight: 90/weight: 85/' \"$1\"")
    done = engine.weir("edit", "vs", SERVICE, environment=environment)
    assert done.returncode == 0 and "configured (revision" in done.stdout, done
    weights = [d["weight"] for d in engine.items("vs")[0]["spec"]["http"][0]["route"]]
    assert weights == [85, 10]
    unchanged = engine.weir("edit", "vs", SERVICE, environment=editor(tmp_path, "true"))
    assert unchanged.returncode == 0 and unchanged.stdout == ""
    failing = engine.weir("edit", "vs", SERVICE, environment=editor(tmp_path, "exit 1"))
    assert failing.returncode == 2
    # The first attempt has a mistake; the second, which shows it, mends it.
    script = (
        f"cat \"$1\" >> {tmp_path}/seen; if grep -q '# edited:' \"$1\"; "
        "then sed -i 's/wieght/weight/' \"$1\"; else sed -i 's/weight: 85/wieght: 80/' \"$1\"; fi"
    )
    mended = engine.weir("edit", "vs", SERVICE, environment=editor(tmp_path, script))
    assert mended.returncode == 0, mended
    assert "fieldUnknown" in (tmp_path / "seen").read_text()
    assert not list(pathlib.Path("/tmp").glob("weir-edit-*"))


def test_explain_and_what_is_expected(engine):
    engine.weir("apply", "-f", str(WALKTHROUGH / "3-admin-to-v2.yaml"))
    admin = engine.weir("explain", SERVICE, "-H", "user=admin", "--expect", "v2")
    assert admin.returncode == 0, admin
    other = engine.weir("explain", SERVICE, "-H", "user=bob", "--expect", "v2")
    assert other.returncode == 1 and "expected v2" in other.stderr, other
    assert "want exactly admin" in other.stdout
    told = engine.json("explain", SERVICE, "-H", "user: admin", "--method", "SayHello")
    assert told["rule"] == 1 and [s["subset"] for s in told["shares"]] == ["v2"]
    assert {r["type"] for r in told["resources"]} >= {"RDS", "CDS"}
    by_client = engine.json("explain", SERVICE, "--client", "client-plain")
    assert by_client["client"]["name"] == "client-plain"


def test_logs(engine):
    lines = engine.weir("logs", SERVICE, "--version", "v1", "--tail", "20").stdout.splitlines()
    assert lines and all("v1.0.0" in line for line in lines)
    call = engine.start("logs", "-f", "-o", "json", "--client", "client-admin")
    try:
        for _ in range(5):
            record = json.loads(call.stdout.readline())
            assert record["client"] == "client-admin" and record["schemaVersion"] == 1
            assert record["headers"].get("user") == "admin" and "revision" in record
    finally:
        call.terminate()
        assert call.wait(10) == 143
    assert engine.weir("logs", "--code", "!0").stdout == ""
    assert engine.weir("logs", "other-service").stdout == ""


def test_top(engine):
    lines = engine.weir("top", SERVICE, "--once").stdout.splitlines()
    assert lines[0].split()[:5] == ["SERVICE", "RULE", "TO", "WANT%", "GOT%"]
    assert [line.split()[2:4] for line in lines[1:3]] == [["v1", "90.0"], ["v2", "10.0"]]
    told = engine.json("top", "--once", "--window", "2s")
    assert 20 < told["services"][0]["rules"][0]["n"] < 400, told


def test_wait_for_an_ack_and_for_an_effect(engine):
    done = engine.weir("apply", "-f", str(WALKTHROUGH / "2-all-to-v1.yaml"), "--wait")
    assert done.returncode == 0 and "in force on 2 clients" in done.stdout, done
    done = engine.weir("apply", "-f", "-", "--wait=effect", stdin=service((50, 50)))
    assert done.returncode == 0 and "took effect after" in done.stdout, done
    # Both versions answer before and after: no response can tell.
    never = engine.weir("set-weight", SERVICE, "v1=40", "v2=60", "--wait=effect")
    assert never.returncode == 1 and "no response can tell" in never.stderr, never


def test_wait_for_the_split(engine):
    done = engine.weir(
        "set-weight", SERVICE, "even", "--wait=observed", "--tolerance", "10%", "--timeout", "60s"
    )
    assert done.returncode == 0 and "want 50.0" in done.stdout, done
    told = engine.json("wait", SERVICE, "--for=observed", "--tolerance", "10%")
    assert told["met"] is True and told["for"] == "observed"


def test_a_wait_that_takes_too_long_is_5_with_the_reason(engine):
    done = engine.weir(
        "set-weight", SERVICE, "v1=30", "v2=70", "--wait=observed", "--tolerance", "0.1%",
        "--timeout", "1500ms",
    )
    assert done.returncode == 5 and "calls needed" in done.stderr, done


def test_a_client_that_refuses_is_4_with_what_it_said(engine):
    name = "outbound|20000||dubbo-go-server.default.svc.cluster.local"
    with grpc.insecure_channel(f"127.0.0.1:{engine.port}") as channel:
        stream = ads.ADSStream(channel, "sceptic")
        try:
            stream.ask(ads.RDS, [name])
            stream.ack(stream.next())
            wait_until(
                lambda: any(c["name"] == "sceptic" and c["state"] == "acked"
                            for c in engine.items("clients")),
                lambda: engine.items("clients"), 20, every=0.3,
            )
            waiting = engine.start(
                "set-weight", SERVICE, "v1=35", "v2=65", "--wait", "--timeout", "30s"
            )
            stream.nack(stream.next(), "I don't like it")
            _, errors = waiting.communicate(timeout=40)
            assert waiting.returncode == 4, errors
            assert "sceptic refused revision" in errors and "I don't like it" in errors
        finally:
            stream.close()


def test_an_interrupted_wait_is_130(engine):
    waiting = engine.start("wait", SERVICE, "--for=observed", "--tolerance", "0.1%")
    wait_until(lambda: len(os.listdir(f"/proc/{waiting.pid}/task")) > 1, "its start")
    # Its signal handlers are there once it asks the engine.
    wait_until(
        lambda: "socket:" in " ".join(
            os.readlink(entry.path) for entry in os.scandir(f"/proc/{waiting.pid}/fd")
        ),
        "its connection",
    )
    waiting.send_signal(signal.SIGINT)
    assert waiting.wait(10) == 130


def test_a_killed_workload_comes_back(engine):
    name = next(item["name"] for item in engine.items("endpoints") if item["version"] == "v1.0.0")
    done = engine.weir("kill", name)
    assert done.returncode == 0, done
    wait_until(
        lambda: any(i["name"] == name and i.get("restarts", 0) > 0 and i["state"] == "running"
                    for i in engine.items("endpoints")),
        lambda: engine.items("endpoints"), 20, every=0.3,
    )
    assert engine.weir("kill", "nobody").returncode == 1


def test_version_and_doctor(engine, tmp_path):
    told = engine.json("version")
    assert told["engine"]["processID"] == engine.process.pid
    alone = engine.weir("version", environment={"XDG_RUNTIME_DIR": str(tmp_path)})
    assert alone.returncode == 0 and alone.stdout.startswith("weir ")
    done = engine.weir("doctor", "-o", "json")
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert checks["engine"]["state"] == "ok" and checks["client client-admin"]["state"] == "ok"
    assert done.returncode == (1 if any(c["state"] == "failed" for c in checks.values()) else 0)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(engine, shell):
    done = engine.weir("completion", shell)
    assert done.returncode == 0 and "set-weight" in done.stdout
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=done.stdout, text=True, check=True, timeout=20)


def test_the_manual_has_every_command(engine):
    page = engine.weir("man").stdout
    for name in ["apply", "get", "set\\-weight", "explain", "wait", "doctor", "serve"]:
        assert f'.SS "weir {name}' in page, name
    assert page.startswith(".TH WEIR 1")
