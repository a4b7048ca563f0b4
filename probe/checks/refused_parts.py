"""Recognise a part of Claude Code's requests that an upstream does not take: a beta, or a field. Pure."""

import re

from probe.checks.failure import Advice, Failure
from probe.texts.phrase import items, phrase

SWITCH = "CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1"
_BETA = re.compile(r"anthropic-beta|invalid beta|beta (?:flag|header|feature)|unsupported beta", re.IGNORECASE)
_BETA_NAME = re.compile(r"\b[a-z][a-z0-9-]*-20\d\d-?\d\d-?\d\d\b")
_FIELDS = (
    re.compile(r"([A-Za-z_][\w.\[\]-]*): Extra inputs are not permitted"),
    re.compile(r"Unrecognized request arguments? supplied: ([\w, .\[\]-]+)", re.IGNORECASE),
    re.compile(r"(?:unknown|unexpected|unsupported|unrecognized|invalid) (?:field|parameter|argument|property|key)s?:? "
               r"[`'\"“]?([A-Za-z_][\w.\[\]-]*)", re.IGNORECASE),
    re.compile(r"(?:不支持(?:的)?参数|未知参数)[:：]?\s*[`'\"“]?([A-Za-z_][\w.]*)"),
)  # fmt: skip
_OFF = {
    "thinking": "MAX_THINKING_TOKENS=0",
    "context_management": SWITCH,
    "tools": SWITCH,
}
"""By part of a request: the variable that makes Claude Code leave it out."""


def beta_refused(failure: Failure) -> Advice | None:
    """Return advice on a beta that is named in the header `anthropic-beta`."""
    texts = [text for text in _refusals(failure) if _BETA.search(text)]
    if not texts or failure.status not in {None, 400, 403, 422, 500}:
        return None
    names = dict.fromkeys(name for text in texts for name in _BETA_NAME.findall(text))
    named = phrase("check.betas_refused.named", names=items(names))
    title = named if names else phrase("check.betas_refused")
    return Advice("betas_refused", title, phrase("check.betas_refused.do", switch=SWITCH))


def field_refused(failure: Failure) -> Advice | None:
    """Return advice on a field of the request that the upstream does not know."""
    if failure.status not in {None, 400, 422, 500}:
        return None
    names = dict.fromkeys(name for text in _refusals(failure) for name in _fields(text))
    if not names:
        return None
    roots = [name.partition(".")[0] for name in names]
    switches = dict.fromkeys(_OFF[root] for root in roots if root in _OFF)
    if switches:
        remedy = phrase("check.field_refused.switch.do", switches=items(switches))
    else:
        remedy = phrase("check.field_refused.do")
    return Advice("field_refused", phrase("check.field_refused", names=items(names)), remedy)


def _refusals(failure: Failure) -> list[str]:
    """Return the words of the requests that failed; where no request is known, all words."""
    return [attempt.text for attempt in failure.attempts if not attempt.good] or [failure.words]


def _fields(text: str) -> list[str]:
    return [name.strip() for words in _FIELDS for name in words.findall(text)]
