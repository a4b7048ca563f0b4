"""Names of targets, made from names and addresses that people or programs have given."""

import re
from collections.abc import Container
from urllib.parse import urlsplit

from probe.inputs.load_config import OWN_NAMES

_MOST_CHARS = 32


def as_label(text: str) -> str:
    """Return the text as a name of a target; empty where nothing of it can be part of one."""
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    if name and (not name[0].isalpha() or name in OWN_NAMES):
        name = f"at-{name}"
    return name[:_MOST_CHARS].rstrip("-")


def host_label(base_url: str) -> str:
    """Return the host of an address as a name of a target."""
    try:
        host = urlsplit(base_url).hostname
    except ValueError:  # said in words when the address is checked
        host = None
    return as_label(host or "") or "target"


def unlike(name: str, taken: Container[str]) -> str:
    """Return the name, or with a number at its end the first that is not taken."""
    number, free = 1, name
    while free in taken:
        number += 1
        ending = f"-{number}"
        free = name[: _MOST_CHARS - len(ending)] + ending
    return free
