"""Ask a person at a terminal. Questions go to standard error: standard output is for results."""

import sys
from collections.abc import Callable

from probe.cli.common import say
from probe.cli.language import present_texts
from probe.sanitise import harmless

ProblemOf = Callable[[str], str | None]


def is_interactive() -> bool:
    """Return True where a person can be asked."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str, default: str = "", problem_of: ProblemOf = lambda _: None) -> str:
    """Ask until there is an answer without a problem. Raises KeyboardInterrupt, also where the input ends."""
    while True:
        answer = _read_line(f"{question} [{default}]: " if default else f"{question}: ") or default
        problem = problem_of(answer) if answer else present_texts()("init.needed")
        if problem is None:
            return answer
        say(problem)


def confirm(question: str, *, default: bool) -> bool:
    """Ask for yes or no; anything else is asked again."""
    choices = "Y/n" if default else "y/N"
    while True:
        answer = _read_line(f"{question} [{choices}]: ").lower()
        if not answer:
            return default
        if answer in {"y", "yes", "是", "n", "no", "否"}:
            return answer in {"y", "yes", "是"}


def _read_line(prompt: str) -> str:
    sys.stderr.write(harmless(prompt))
    sys.stderr.flush()
    try:
        line = sys.stdin.buffer.readline().decode("utf-8", "replace")
    except KeyboardInterrupt:
        say()
        raise
    if not line:
        say()
        raise KeyboardInterrupt
    return line.strip()
