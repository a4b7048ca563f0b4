"""Find models whose names are spelled like another. Pure."""

from collections.abc import Iterable
from difflib import get_close_matches

from probe.model.model_name import normalised

_CLOSE = 0.75


def similar_models(asked: str, listed: Iterable[str], most: int = 3) -> list[str]:
    """Return the listed names that may be meant, best first; none where the name itself is listed."""
    names = list(dict.fromkeys(listed))
    if asked in names:
        return []
    by_normal: dict[str, list[str]] = {}
    for name in names:
        by_normal.setdefault(normalised(name), []).append(name)
    same = by_normal.get(normalised(asked), [])
    close = [
        name
        for normal in get_close_matches(normalised(asked), by_normal, n=most, cutoff=_CLOSE)
        for name in by_normal[normal]
    ]
    return list(dict.fromkeys([*sorted(same, key=len), *close]))[:most]
