"""Find the client and its options in a command line that a person wrote."""

from collections.abc import Callable, Sequence
from pathlib import PurePath

_CLIENTS = {"claude", "claude.exe"}
_RUNTIMES = {"node", "bun", "deno"}
_SCRIPT = ("claude-code", "cli.js")


def options_begin_at(command: Sequence[str]) -> int | None:
    """Return where the options of Claude Code begin: after `claude`, or `node …/claude-code/cli.js`.

    None for a command of which that is not known.
    """
    if PurePath(command[0]).name in _CLIENTS:
        return 1
    is_script = len(command) > 1 and PurePath(command[1]).parts[-2:] == _SCRIPT
    return 2 if is_script and PurePath(command[0]).name in _RUNTIMES else None


def option_values(words: Sequence[str], option: str) -> list[str]:
    """Return the values of an option, in their order: `--settings X` and `--settings=X`."""
    return [words[at + 1] if words[at] == option else words[at].partition("=")[2] for at in _places(words, option)]


def with_values(words: Sequence[str], option: str, change: Callable[[str], str]) -> list[str]:
    """Return the options with each value of this one changed; where it has none, with the change of an empty text.

    The value becomes a word of its own: 2.0.62 passes over `env` in `--settings=X`.
    """
    places = _places(words, option)
    if not places:
        return [option, change(""), *words]
    changed: list[str] = []
    at = 0
    while at < len(words):
        if at not in places:
            changed.append(words[at])
            at += 1
            continue
        has_value = words[at] != option
        changed += [option, change(words[at].partition("=")[2] if has_value else words[at + 1])]
        at += 1 if has_value else 2
    return changed


def _places(words: Sequence[str], option: str) -> list[int]:
    """Return where an option with its value stands, before any `--`."""
    end = list(words).index("--") if "--" in words else len(words)
    return [
        at for at in range(end) if words[at].startswith(f"{option}=") or (words[at] == option and at + 1 < len(words))
    ]
