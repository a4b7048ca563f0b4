"""Draw charts in a process of their own, which starts its JavaScript engine while the report is computed.

The engine takes half a second to start, and lets no other thread of its process run meanwhile.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from probe.render.svg import Draw, Spec, draw_here

_PROGRAM = Path(__file__).with_name("chart_child.py")


@contextmanager
def chart_process() -> Iterator[Draw]:
    """Start the process, and end it with the context. What it cannot draw is drawn in this process."""
    child = _start()
    if child is None:
        yield draw_here
        return

    def draw(spec: Spec) -> str:
        return _drawn_by(child, spec) or draw_here(spec)

    try:
        yield draw
    finally:
        _end(child)


def _start() -> subprocess.Popen[bytes] | None:
    """Start the child, out of reach of a terminal's Ctrl-C: it ends when its input does."""
    try:
        return subprocess.Popen(
            [sys.executable, "-I", str(_PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return None


def _drawn_by(child: "subprocess.Popen[bytes]", spec: Spec) -> str | None:
    """Let the child draw a chart; None where it cannot."""
    assert child.stdin  # noqa: S101 - for the type checker
    assert child.stdout  # noqa: S101
    try:
        child.stdin.write(json.dumps(spec).encode() + b"\n")
        child.stdin.flush()
        answer = json.loads(child.stdout.readline())
    except (OSError, ValueError):
        return None
    return answer if isinstance(answer, str) else None


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Kill the child, which holds nothing, and close its pipes."""
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe:
            with suppress(OSError):
                pipe.close()
