"""A headless Chromium, driven over its DevTools pipe, to see a page as a reader does."""

import base64
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-pipe",
)
LAUNCHER = """
import os, sys
from fcntl import F_DUPFD_CLOEXEC, fcntl
commands, answers = (fcntl(int(each), F_DUPFD_CLOEXEC, 10) for each in sys.argv[1:3])
os.dup2(commands, 3)
os.dup2(answers, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Becomes the browser, which takes commands from file descriptor 3 and answers on 4."""
PATIENCE_S = 40.0
PROBLEMS = {"Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled", "Page.javascriptDialogOpening"}


def find_browser() -> str | None:
    """Return the command of a Chromium, or None."""
    named = os.environ.get("PROBE_TEST_BROWSER")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


@dataclass
class Page:
    """An open page: the addresses that it asked for beside its own, and what it complained of."""

    browser: "Browser"
    session: str
    own: str = ""
    requests: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def send(self, method: str, **params: Any) -> Any:
        return self.browser.send(method, params, self.session)

    def open(self, file: Path, width: int, *, height: int = 900, dark: bool = False, media: str = "screen") -> None:
        """Load a file at this width and in this scheme; return once it has loaded."""
        self.visit(file.as_uri(), width, height=height, dark=dark, media=media)

    def visit(self, url: str, width: int, *, height: int = 900, dark: bool = False, media: str = "screen") -> None:
        """Load an address at this width and in this scheme; return once it has loaded."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.own = url
        self.requests.clear()
        self.problems.clear()
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.send("Emulation.setEmulatedMedia", media=media, features=[scheme])
        self.send("Page.navigate", url=self.own)
        self.browser.wait_for("Page.loadEventFired", self.session)

    def evaluate(self, script: str) -> Any:
        """Return the value of an expression in the page. Raises AssertionError for an exception there."""
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def screenshot(self, file: Path, *, height: int = 16_000) -> None:
        """Write the page as a PNG, down to this height."""
        size = self.send("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], height), "scale": 1}
        shot = self.send("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        file.write_bytes(base64.b64decode(shot["data"]))

    def take(self, method: str, params: dict[str, Any]) -> None:
        """Note an event."""
        if method == "Network.requestWillBeSent" and params["request"]["url"] != self.own:
            self.requests.append(params["request"]["url"])
        elif method in PROBLEMS:
            self.problems.append(json.dumps(params))


class Browser:
    """The DevTools protocol: JSON messages that end in NUL, over two pipes."""

    def __init__(self, commands: IO[bytes], answers: IO[bytes]) -> None:
        self._commands = commands
        self._answers = answers
        self._selector = selectors.DefaultSelector()
        self._selector.register(answers, selectors.EVENT_READ)
        self._buffer = b""
        self._last = 0
        self._pages: dict[str, Page] = {}
        self._seen: list[tuple[str, str]] = []

    def new_page(self) -> Page:
        target = self.send("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.send("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        page = self._pages[session] = Page(self, session)
        for domain in ("Page", "Runtime", "Network", "Log"):
            page.send(f"{domain}.enable")
        return page

    def send(self, method: str, params: dict[str, Any], session: str | None = None) -> Any:
        """Send a command and return its answer."""
        self._last += 1
        number = self._last
        message = {"id": number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        self._commands.write(json.dumps(message).encode() + b"\0")
        self._commands.flush()
        if method == "Page.navigate":
            self._seen.clear()
        while True:
            answer = self._next()
            if answer.get("id") == number:
                assert "error" not in answer, answer["error"]
                return answer["result"]

    def wait_for(self, event: str, session: str) -> None:
        while (event, session) not in self._seen:
            self._next()

    def _next(self) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_S
        while b"\0" not in self._buffer:
            if not self._selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError(f"the browser said nothing for {PATIENCE_S:.0f} s")
            read = os.read(self._answers.fileno(), 1 << 20)
            if not read:
                raise EOFError("the browser has ended")
            self._buffer += read
        line, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        session = message.get("sessionId", "")
        if "method" in message:
            self._seen.append((message["method"], session))
            if session in self._pages:
                self._pages[session].take(message["method"], message["params"])
        return message


@contextmanager
def browsing(command: str) -> Iterator[Browser]:
    """Start a browser with a profile of its own, and remove both at the end."""
    with tempfile.TemporaryDirectory(prefix="probe-browser-", ignore_cleanup_errors=True) as profile:
        to_read, commands = os.pipe()
        answers, to_write = os.pipe()
        process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                LAUNCHER,
                str(to_read),
                str(to_write),
                command,
                *FLAGS,
                f"--user-data-dir={profile}",
            ],
            pass_fds=(to_read, to_write),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(to_read)
        os.close(to_write)
        try:
            with open(commands, "wb") as writing, open(answers, "rb", buffering=0) as reading:  # noqa: PTH123
                browser = Browser(writing, reading)
                yield browser
                with suppress(EOFError):
                    browser.send("Browser.close", {})
            process.wait(PATIENCE_S)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
