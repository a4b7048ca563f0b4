"""Validation of what a user gives: targets and addresses, names of variables, and what a header can hold."""

import re
from collections.abc import Mapping

from probe.errors import UsageError
from probe.sanitise import printable, sound

_HEADERS = "ANTHROPIC_CUSTOM_HEADERS"
HTTP_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""The characters of a method and of a header's name (RFC 9110, 5.6.2)."""
VARIABLE = re.compile(r"[A-Za-z_]\w*")
"""The name of a variable."""
_SENDABLE = re.compile(r"[\t\x20-\x7e]*")
_RESERVED = re.compile(
    r"HOME|USERPROFILE|CLAUDE_CONFIG_DIR|CLAUDE_HOME|XDG_\w+|TMPDIR|TEMP|TMP"
    r"|ANTHROPIC_(AUTH_TOKEN|API_KEY|BASE_URL|MODEL)"
)


def check_given(names: tuple[str, ...], base_url: str | None, embedded: str) -> None:
    """Raise UsageError where another upstream would silently be asked than the one that was meant.

    `embedded` is the name of the one that comes with probe.
    """
    if embedded in names and base_url is not None:
        raise UsageError(
            "the embedded upstream has an address of its own", key="--base-url", remedy="Leave out one of the two."
        )


def check_text(value: object, key: str) -> None:
    """Raise UsageError for bytes that are no text, which no file of ours could hold, and for NUL. It shows no value."""
    for text in value if isinstance(value, list | tuple) else (value,):
        if isinstance(text, str) and "\0" in text:
            raise UsageError("holds a NUL character, which cannot be handed to a program", key=key)
        if isinstance(text, str) and sound(text) != text:
            raise UsageError("holds a byte that is no text in UTF-8", key=key, remedy="It is to be kept as text.")


def is_reserved(name: str) -> bool:
    """Return True for a variable that probe sets itself."""
    return bool(_RESERVED.fullmatch(name))


def check_names(env: Mapping[str, str]) -> None:
    """Raise UsageError for variables that are not for the user to set."""
    for name in env:
        if is_reserved(name):
            raise UsageError(
                f"{name} is set by probe itself, for the sandbox or from the target",
                key="--env or env",
                remedy="Use --base-url, --model, --token-env or the target's keys; the directories are fixed.",
            )


def check_headers(env: Mapping[str, str]) -> None:
    """Raise UsageError for further headers that cannot be sent; their values are never shown."""
    for line in env.get(_HEADERS, "").splitlines():
        name, colon, value = (part.strip() for part in line.partition(":"))
        if colon and name and not (HTTP_TOKEN.fullmatch(name) and _SENDABLE.fullmatch(value)):
            raise UsageError(
                f"the header {printable(name, 40)!r} cannot be sent",
                key=_HEADERS,
                remedy="A header's name has letters, digits and hyphens only, its value letters of ASCII.",
            )


def check_sendable(token: str, source: str) -> None:
    """Raise UsageError, which names the source, for a token that no header can hold."""
    if not _SENDABLE.fullmatch(token):
        raise UsageError(
            "the token has a line break or a character beyond ASCII in it, so no header can hold it",
            key=source,
            remedy="Copy the token again, by itself: without a second line, typographic quotes or an ellipsis.",
        )
