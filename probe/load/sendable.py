"""What goes into a request's headers: the token that a command prints, and whether a header can hold it."""

import re
import subprocess
from collections.abc import Mapping

from probe.errors import UsageError
from probe.sanitise import printable

_HEADERS = "ANTHROPIC_CUSTOM_HEADERS"
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_SENDABLE = re.compile(r"[\t\x20-\x7e]*")
_TOKEN_COMMAND_TIMEOUT_S = 60.0


def check_headers(env: Mapping[str, str]) -> None:
    """Raises UsageError for further headers that cannot be sent; their values are never shown."""
    for line in env.get(_HEADERS, "").splitlines():
        name, colon, value = (part.strip() for part in line.partition(":"))
        if colon and name and not (_HEADER_NAME.fullmatch(name) and _SENDABLE.fullmatch(value)):
            raise UsageError(
                f"the header {printable(name, 40)!r} cannot be sent",
                key=_HEADERS,
                remedy="A header's name has letters, digits and hyphens only, its value letters of ASCII.",
            )


def check_sendable(token: str, source: str) -> None:
    """Raises UsageError, which names the source, for a token that no header can hold."""
    if not _SENDABLE.fullmatch(token):
        raise UsageError(
            "the token has a line break or a character beyond ASCII in it, so no header can hold it",
            key=source,
            remedy="Copy the token again, by itself: without a second line, typographic quotes or an ellipsis.",
        )


def printed_token(command: str, target: str) -> str:
    """The line that a token_command prints. Raises UsageError."""
    try:
        done = subprocess.run(  # noqa: S602 - the user's own shell line
            command,
            shell=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            check=False,
            timeout=_TOKEN_COMMAND_TIMEOUT_S,
        )
    except subprocess.TimeoutExpired:
        raise UsageError(
            f"did not end within {_TOKEN_COMMAND_TIMEOUT_S:.0f} s", key=f"targets.{target}.token_command"
        ) from None
    token = done.stdout.decode("utf-8", "replace").strip()
    if done.returncode or not token or "\n" in token:
        problem = (
            f"ended with {done.returncode}"
            if done.returncode
            else "printed nothing"
            if not token
            else ("printed more than one line")
        )
        raise UsageError(problem, key=f"targets.{target}.token_command", remedy=f"Try it by hand: {command}")
    return token
