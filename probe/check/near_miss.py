"""Which of the models that an upstream lists was probably meant."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

_DATE = re.compile(r"[-@](?:20\d{6}|latest)$|-v\d+(?::\d+)?$")
_VENDOR = re.compile(r"^(?:[a-z]{2,6}\.)?(?:anthropic|meta|amazon|openai|zhipu|zai|moonshot|deepseek)[.:]")
_CLOSE = 0.75


def normalised(name: str) -> str:
    """A model name without case, vendor, date and the choice of `.`, `_` or `-`: `glm-4-7` for `Z-AI/GLM-4.7`."""
    plain = _VENDOR.sub("", name.strip().lower().rpartition("/")[2])
    before = ""
    while before != plain:
        before, plain = plain, _DATE.sub("", plain)
    return re.sub(r"[._\s:]+", "-", plain).strip("-")


def same_model(asked: str, served: str) -> bool:
    """Whether two names may stand for one model: they differ in date, vendor, case or punctuation only."""
    return normalised(asked) == normalised(served)


def near_misses(asked: str, listed: Iterable[str], most: int = 3) -> list[str]:
    """The listed names that may be meant, best first; none where the name itself is listed."""
    names = list(dict.fromkeys(listed))
    if asked in names:
        return []
    same = [name for name in names if same_model(asked, name)]
    by_normal: dict[str, list[str]] = {}
    for name in names:
        by_normal.setdefault(normalised(name), []).append(name)
    close = [
        name
        for normal in get_close_matches(normalised(asked), by_normal, n=most, cutoff=_CLOSE)
        for name in by_normal[normal]
    ]
    return list(dict.fromkeys([*sorted(same, key=len), *close]))[:most]
