"""A terminal to run weir in: a tmux session of its own, keys in, screen out."""

import atexit
import os
import re
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
import uuid

BINARY = os.environ.get(
    "WEIR_BINARY",
    os.path.join(os.path.dirname(__file__), "..", "..", ".build", "debug", "weir"),
)


def private_folders() -> dict:
    """The environment of an engine that knows of no other: neither its socket nor its revisions."""
    folder = tempfile.mkdtemp(prefix="weir-test-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return {"XDG_RUNTIME_DIR": folder, "XDG_STATE_HOME": folder}


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, what: str, timeout: float = 15.0, every: float = 0.05):
    """Waits until `condition()` is true and returns it; fails with what it waited for."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            detail = what() if callable(what) else what
            raise AssertionError(f"waited {timeout} s for {detail}")
        time.sleep(every)


class Terminal:
    """A shell in tmux; `weir` is started in it as a person would."""

    def __init__(self, columns: int = 120, rows: int = 40, environment: dict | None = None):
        self.socket = f"weir-{uuid.uuid4().hex[:8]}"
        self.columns, self.rows = columns, rows
        shell = ["env", "PS1=prompt> ", "LC_ALL=C.UTF-8"]
        self.environment = private_folders() | (environment or {})
        shell += [f"{name}={value}" for name, value in self.environment.items()]
        shell += ["bash", "--norc", "--noprofile"]
        self._tmux(
            "-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows),
            shlex.join(shell),
        )
        self._tmux("set-option", "-g", "status", "off")
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))
        self.wait_for(r"prompt>")

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self.socket, *arguments], capture_output=True, text=True, timeout=20
        )
        if done.returncode != 0:
            raise AssertionError(f"tmux {arguments[0]}: {done.stderr.strip()}")
        return done.stdout

    def type(self, text: str):
        """Types characters as they are."""
        self._tmux("send-keys", "-l", "--", text)

    def press(self, *keys: str):
        """Presses keys by tmux's names, such as Enter, Escape, C-c, Up."""
        self._tmux("send-keys", *keys)

    def run(self, command: str):
        self.type(command)
        self.press("Enter")

    def weir(self, *arguments: str):
        self.run(shlex.join([os.path.abspath(BINARY), *arguments]))

    def screen(self) -> str:
        return self._tmux("capture-pane", "-p")

    def coloured_screen(self) -> str:
        return self._tmux("capture-pane", "-p", "-e")

    def resize(self, columns: int, rows: int):
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def wait_for(self, pattern: str, timeout: float = 15.0) -> re.Match:
        """Waits until the screen holds the pattern, and returns the match."""
        expression = re.compile(pattern, re.MULTILINE)
        return wait_until(
            lambda: expression.search(self.screen()),
            lambda: f"/{pattern}/ on the screen:\n{self.screen()}",
            timeout,
        )

    def wait_gone(self, pattern: str, timeout: float = 15.0):
        expression = re.compile(pattern, re.MULTILINE)
        wait_until(
            lambda: not expression.search(self.screen()),
            lambda: f"/{pattern}/ to leave the screen:\n{self.screen()}",
            timeout,
        )

    def exit_code(self) -> int:
        """The exit code of the last command, asked of the shell; waits for its prompt."""
        # What is typed before the shell reads again is lost with the console's own input.
        self.wait_for(r"prompt>\s*\Z", timeout=20)
        marker = uuid.uuid4().hex[:6]
        self.run(f"echo code-{marker}-$?")
        return int(self.wait_for(rf"code-{marker}-(\d+)").group(1))

    def close(self):
        subprocess.run(["tmux", "-L", self.socket, "kill-server"], capture_output=True, timeout=20)
