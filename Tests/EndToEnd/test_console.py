"""The console end to end: keys in, real responses out, a sane terminal afterwards."""

import os
import re
import signal
import subprocess

import pytest

from test_plain import command_line, descendants, is_alive
from terminal import Terminal, free_port, wait_until


def weir_process(console) -> int:
    """The console's own process."""
    found = subprocess.run(
        ["pgrep", "-f", f"weir --listen 127.0.0.1:{console.port}"], capture_output=True, text=True
    ).stdout.split()
    assert len(found) == 1, found
    return int(found[0])


def assert_sane(console):
    """The shell has its terminal back: echo, line editing, cursor, main screen."""
    console.wait_for(r"prompt>")
    console.run("stty -a")
    settings = console.wait_for(r"isig icanon[\s\S]*echo echoe").group(0)
    assert "-icanon" not in settings and "-isig" not in settings
    state = console._tmux("display-message", "-p", "#{alternate_on} #{cursor_flag} #{mouse_any_flag}")
    assert state.split() == ["0", "1", "0"], state


def interval_of(screen: str, label: str) -> tuple[float, float] | None:
    found = re.search(rf"{label} +want +[\d.]+ +got +[\d.]+ \[([\d.]+),([\d.]+)\]", screen)
    return (float(found.group(1)), float(found.group(2))) if found else None


def test_weight_keys_move_real_responses(console):
    console.wait_for_calls()
    console.wait_for(r"v1 +want +90\.0 +got")
    console.press("j")
    for _ in range(4):
        console.press("L")
    console.wait_for(r"v2 +50\b")

    def follows():
        interval = interval_of(console.screen(), "v1")
        return interval and interval[0] <= 50 <= interval[1] and interval[1] < 90

    wait_until(follows, lambda: f"the ratio to follow:\n{console.screen()}", timeout=30)
    assert "NACK 0" in console.screen()


def test_the_walkthrough_by_one_key(console):
    console.wait_for_calls()
    console.press_and_settle("W")  # no rules
    console.wait_for(r"(walkthrough|step) 1/4")
    console.press_and_settle("W")  # all to v1
    console.wait_for(r"v1 +want 100\.0 +got 100\.0")
    console.press_and_settle("W")  # user: admin to v2
    console.wait_for(r"1 +user=admin.*v2 +100.*got 100\.0")
    console.wait_for(r"2 +any request.*v1 +100.*got 100\.0")
    console.wait_for(r"first effect [\d.]+ m?s")
    console.press_and_settle("W")  # 90/10
    console.wait_for(r"v2 +want +10\.0")


def test_undo_and_redo(console):
    console.wait_for_calls()
    console.press_and_settle("L")
    console.wait_for(r"v1 +100\b")
    console.press_and_settle("z")
    console.wait_for(r"v1 +90\b")
    console.press_and_settle("Z")
    console.wait_for(r"v1 +100\b")


def test_rules_are_added_edited_moved_and_deleted(console):
    console.wait_for_calls()
    console.press("o")
    console.type("user=admin")
    console.press_and_settle("Enter")
    console.wait_for(r"2! +user=admin")
    console.wait_for(r"never match")
    console.press_and_settle("K")
    console.wait_for(r"1 +user=admin")
    console.wait_gone(r"never match")
    console.press("C-d")
    console.wait_for(r"[Dd]elete")
    console.press("n")
    console.wait_for(r"1 +user=admin")
    console.press("C-d")
    console.wait_for(r"[Dd]elete")
    console.press_and_settle("y")
    console.wait_gone(r"user=admin +→")


def test_all_zero_weights_are_refused_with_a_sentence(console):
    console.wait_for_calls()
    before = console.revision()
    console.press("=")
    console.type("0:0")
    console.press("Enter")
    console.wait_for(r"(?i)zero|all.*0|above 0")
    console.press("Escape")
    assert console.revision() == before


def test_a_killed_server_is_reported_and_the_rest_goes_on(console):
    console.wait_for_calls()
    victim = next(
        pid for pid in descendants(weir_process(console)) if "v2.0.0" in command_line(pid)
    )
    os.kill(victim, signal.SIGKILL)
    console.wait_for(r"killed by signal 9")
    console.wait_for(r"2 of 2 ready", timeout=20)
    console.wait_for(r"ACK 2/2")


def test_a_killed_client_is_reported_and_comes_back(console):
    console.wait_for_calls()
    victim = next(
        pid for pid in descendants(weir_process(console)) if "client-plain" in command_line(pid)
    )
    os.kill(victim, signal.SIGKILL)
    console.wait_for(r"client-plain .*killed by signal 9")
    console.wait_for(r"ACK 2/2", timeout=20)


def test_every_size_shows_the_rules(console):
    console.wait_for_calls()
    for columns, rows in [(80, 24), (200, 60), (60, 16), (120, 40)]:
        console.resize(columns, rows)
        console.wait_for(r"v1 +90\b")
        console.wait_for(r"n=\d+")

        def fills() -> bool:
            lines = console.screen().rstrip("\n").split("\n")
            return len(lines) == rows and columns - 4 <= max(map(len, lines)) <= columns

        wait_until(fills, lambda: f"a screen of {columns}x{rows}:\n{console.screen()}")
    console.resize(50, 10)
    console.wait_for(r"need 60x16, have 50x10")
    console.resize(80, 24)
    console.wait_for(r"v1 +90\b")


@pytest.mark.parametrize("console", [{"columns": 80, "rows": 24}], indirect=True)
def test_quit_leaves_a_sane_terminal_and_no_child(console):
    console.wait_for_calls()
    children = descendants(weir_process(console))
    console.press("q")
    assert console.exit_code() == 0
    assert_sane(console)
    wait_until(lambda: not any(map(is_alive, children)), "the children to end", timeout=5)


@pytest.mark.parametrize(
    ("name", "code"),
    [("TERM", 143), ("HUP", 129), ("INT", 130), ("SEGV", 139), ("KILL", 137)],
)
def test_the_terminal_is_restored_however_it_ends(console, name, code):
    console.wait_for_calls()
    process = weir_process(console)
    children = descendants(process)
    os.kill(process, getattr(signal, f"SIG{name}"))
    if name == "KILL":
        # Nothing can help against that but the shell's own reset.
        wait_until(lambda: not is_alive(process), "the end of the console")
        console.run("stty sane; tput rmcup; tput cnorm; clear")
    else:
        assert console.exit_code() == code
        assert_sane(console)
    wait_until(lambda: not any(map(is_alive, children)), "the children to end", timeout=5)


def test_ctrl_c_quits(console):
    console.wait_for_calls()
    console.press("C-c")
    assert console.exit_code() == 130
    assert_sane(console)


@pytest.mark.parametrize(
    ("environment", "pattern"),
    [
        ({"LC_ALL": "C"}, r"\+.*\[2\] Rules"),
        ({"NO_COLOR": "1"}, r"2 Rules"),
        ({"TERM": "vt100"}, r"2 Rules"),
    ],
)
def test_poorer_terminals_get_the_whole_console(environment, pattern):
    terminal = Terminal(80, 24, environment)
    try:
        terminal.weir("--listen", f"127.0.0.1:{free_port()}")
        terminal.wait_for(pattern)
        terminal.wait_for(r"ACK 2/2", timeout=20)
        if "NO_COLOR" in environment:
            assert not re.search(r"\x1b\[[0-9;]*3[1-7]", terminal.coloured_screen())
        terminal.press("q")
        assert terminal.exit_code() == 0
    finally:
        terminal.close()


def test_an_unknown_terminal_is_one_clear_sentence():
    terminal = Terminal(120, 20, {"TERM": "no-such-terminal"})
    try:
        terminal.weir("--listen", f"127.0.0.1:{free_port()}")
        assert terminal.exit_code() == 2
        assert "no-such-terminal" in terminal.screen() and "--plain" in terminal.screen()
    finally:
        terminal.close()


def test_a_busy_port_leaves_the_terminal_alone():
    terminal = Terminal(120, 20)
    try:
        import socket

        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            terminal.weir("--listen", f"127.0.0.1:{holder.getsockname()[1]}")
            assert terminal.exit_code() == 2
        assert "in use" in terminal.screen()
        assert_sane(terminal)
    finally:
        terminal.close()


def test_outside_text_cannot_colour_or_move_the_screen(console, tmp_path):
    console.wait_for_calls()
    bootstrap = tmp_path / "bootstrap.json"
    bootstrap.write_text(
        '{"xds_servers": [{"server_uri": "127.0.0.1:%d", "channel_creds": [{"type": "insecure"}]}],'
        ' "node": {"id": "sidecar~127.0.0.1~\\u001b[31mevil\\u001b[2J.default~x"}}' % console.port
    )
    from terminal import BINARY

    client = subprocess.Popen(
        [
            os.path.abspath(BINARY), "workload", "client", "--rate", "20", "--quiet",
            "--target", "xds:///dubbo-go-server.default.svc.cluster.local:20000",
            "--header", "user=\u202eadmin\u0007",
        ],
        env={**os.environ, "GRPC_XDS_BOOTSTRAP": str(bootstrap)},
        stdin=subprocess.DEVNULL,
    )
    try:
        console.wait_for(r"ACK 3/3")
        console.wait_for(r"evil")
        assert "\x1b[31mevil" not in console.coloured_screen()
        assert "2 Rules" in console.screen() and "\u202e" not in console.screen()
    finally:
        client.kill()
        client.wait()
