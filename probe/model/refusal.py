"""The meaning of an error's text, whatever its status."""

import re

from probe.model.outcome import Outcome
from probe.quota import Quota, quota_in

USAGE_LIMIT = Quota.USAGE_LIMIT.value
"""The cause of a `rate_limited` call that has to wait until its account's limit is reset."""
_UNKNOWN = re.compile(
    r"model_not_found|no available channel|模型.{0,120}(?:不存在|未找到|不支持|无可用渠道)"
    r"|model.{0,120}(?:not (?:found|exist|supported|available|allowed)|unknown|unsupported|invalid|does not exist)"
    r"|(?:unknown|unsupported|invalid|no such|not a valid).{0,20}model",
    re.IGNORECASE | re.DOTALL,
)
_DENIED = re.compile(
    r"key_model_access_denied|not allowed to access (?:this )?model|无权.{0,20}模型|模型.{0,120}无权"
    r"|(?:no|without|not have) (?:access|permission).{0,30}\bmodel",
    re.IGNORECASE | re.DOTALL,
)
_ABOUT_SIZE = re.compile(
    r"max_(?:completion_|output_)?tokens|context (?:length|window|limit)|extra inputs|anthropic-beta", re.IGNORECASE
)
"""Texts about what a request holds, which often name the model that cannot take it."""
_NEVER = frozenset({401, 402, 429, 500, 529})
"""Statuses of other troubles, whose texts often name the model that was asked for."""


def outcome_of_words(
    text: str, status: int | None = None, model: str | None = None
) -> tuple[Outcome, str | None] | None:
    """Return the outcome and cause that an error's text tells more truly than its status; None where it tells none.

    `model` is the one that was asked for, where that is known.
    """
    match quota_in(text):
        case Quota.MONEY:
            return Outcome.BILLING, None
        case Quota.USAGE_LIMIT:
            return Outcome.RATE_LIMITED, USAGE_LIMIT
        case None:  # what is said of money or limits may name the model as well
            return (Outcome.MODEL_NOT_FOUND, None) if model_is_unknown(status, text, model) else None


def model_is_unknown(status: int | None, text: str, model: str | None) -> bool:
    """Return whether an error of this status and text says that there is no such model.

    An answer that quotes the path is about the path, whatever model it quotes beside it.
    """
    if status is None or status < 400 or status in _NEVER:
        return False
    if _ABOUT_SIZE.search(text):
        return False
    if _UNKNOWN.search(text):
        return True
    return status in {400, 404} and bool(model) and str(model) in text and "/v1/" not in text


def model_is_denied(status: int | None, text: str) -> bool:
    """Return whether an error of this status and text says that the token may not use the model."""
    return status in {401, 403} and bool(_DENIED.search(text))
