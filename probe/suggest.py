"""Suggest what was meant by a word that is not known."""

from collections.abc import Iterable
from difflib import get_close_matches

_MOST_CHARS = 100
"""Of a longer word nobody asks what was meant, and comparing it would take long."""


def near_names(word: str, known: Iterable[str], most: int = 3, cutoff: float = 0.6) -> list[str]:
    """Return the known names that are like a word, the likest first; those that begin with it come before others."""
    if not word or len(word) > _MOST_CHARS:
        return []
    folded = {name.casefold(): name for name in known}
    longer = [name for key, name in folded.items() if key.startswith(word.casefold())]
    close = [folded[key] for key in get_close_matches(word.casefold(), folded, n=most, cutoff=cutoff)]
    return list(dict.fromkeys([*longer, *close]))[:most]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `Did you mean NAME? ` for the known name that is likest to a word; nothing where none is like it."""
    near = near_names(word, known, most=1)
    return f"Did you mean {near[0]}? " if near else ""
