"""Names of models, as relays spell them."""

import re

_VENDOR = re.compile(r"^(?:[a-z]{2,6}\.)?(?:anthropic|meta|amazon|openai|zhipu|zai|moonshot|deepseek)[.:]")
_WINDOW = re.compile(r"\[[^\]]*\]$")
"""Stands for a longer context: `claude-sonnet-4-5[1m]`. The client takes it off and asks by a header."""
_REVISION = re.compile(r"-v\d+(?::\d+)?$")
"""Bedrock's, as in `anthropic.claude-sonnet-4-5-20250929-v1:0`."""
_DATE = re.compile(r"[-@](20\d{6}|latest)$")
_UNDATED = {"", "latest"}


def same_model(asked: str, served: str) -> bool:
    """Return whether a served model is the one that was asked for.

    Case, vendor (`zai/glm-4.7`, `us.anthropic.claude-…`), revision, the suffix for the window, and the choice of `.`,
    `_` or `-` do not matter. A date matters only where one was asked for: an upstream that names the snapshot which an
    undated name stands for serves what was asked for; one that leaves out the date that was asked for may not.
    """
    name, date = _split(asked)
    served_name, served_date = _split(served)
    return bool(name) and name == served_name and (date in _UNDATED or date == served_date)


def normalised(name: str) -> str:
    """Return a name without vendor, date, case and spelling: `glm-4-7` for `Z-AI/GLM-4.7`."""
    return _split(name)[0]


def _split(name: str) -> tuple[str, str]:
    """Return the normalised name, and its date or an empty text."""
    plain = _WINDOW.sub("", name.strip().lower()).rpartition("/")[2]
    plain = _REVISION.sub("", _VENDOR.sub("", plain))
    date = _DATE.search(plain)
    if date:
        plain = plain[: date.start()]
    return re.sub(r"[._\s:]+", "-", plain).strip("-"), date[1] if date else ""
