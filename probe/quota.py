"""Words by which upstreams say that money is missing, or that a limit on use is reached which is reset at some time.

The texts are those of Anthropic's API and Claude Code, of new-api, one-api, sub2api and claude-relay-service, of GLM,
Kimi, DeepSeek, DashScope, OpenAI and OpenRouter, and of LiteLLM. Statuses and numeric codes say nothing: each of these
has come with 200, 400, 401, 402, 403, 422, 429 and 500, and the same code means one thing here and another there.
"""

import re
from collections.abc import Sequence
from enum import StrEnum


class Quota(StrEnum):
    """The resource that an account has run out of."""

    MONEY = "money"
    USAGE_LIMIT = "usage_limit"


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_SPAN = r"(?:five|5|seven|7|\d+)[- ]?(?:hours?|days?)|sessions?|daily|weekly|monthly|weekly/monthly|billing[- ]cycle"
_OF_USE = rf"(?:(?:api |account )?usage|{_SPAN}|spend(?:ing)?|cost|opus|sonnet|haiku|fable|plan|subscription)"
_ENDED = r"(?:reached|exceeded|exhausted|used[ _-]up|hit)"
_LEFT = r"(?:balance|funds|credits?|credit limit|quota|allowance)"
_GONE = r"(?:too low|insufficient|not enough|exhausted|used up|depleted|negative|run out|ran out)"

_USAGE_LIMIT = _any_of(
    (
        rf"\b{_OF_USE}(?:[ _-]usage|[ _-]cost|[ _-]quota)?[ _-]limits?[ _-](?:has been |have been |was |is )?{_ENDED}",
        rf"(?:reached|hit|exceeded|used up) (?:your|the) (?:[\w'’-]+ ){{0,3}}{_OF_USE} limits?\b",
        r"\b(?:reached|hit|exceeded) your (?:org(?:anization)?['’]s |individual )?limit\b",
        r"\b(?:usage|your) (?:limit|quota) (?:will )?(?:be )?(?:resets?|refreshed)\b|regain access on",
        r"(?:使用|调用次数|用量|费用|消费)(?:的)?(?:上限|限额)",
        r"(?:今日|每日|当日|本周|每周|本月|每月|月度|小时)[^，。,.;；\n]{0,12}(?:上限|限额|限制|额度)",
    )
)
_MONEY = _any_of(
    (
        rf"\binsufficient[ _-]?(?:\w+[ _-])?{_LEFT}(?![a-z])",
        rf"\b{_LEFT} (?:is |are |was |has been |have been |has )?{_GONE}\b",
        r"\bpayment[ _-]required\b|\bbilling[ _-](?:error|hard[ _-]limit|not[ _-]active|details)",
        r"\bexceeded[ _](?:your[ _])?current[ _]quota|tokenstatusexhausted",
        r"\bpre[ _-]?consumed?[ _]\w*[ _]?quota[ _]failed",
        r"\b(?:requires?|needs?) more credits|\bout of credits?\b|\bno credits? (?:left|remaining)|\bcan only afford\b",
        r"\bnot have enough (?:credits?|balance|funds|quota)",
        r"\bplease (?:recharge|top[ -]?up)|\b(?:top[ -]up|recharge) your\b",
        r"\barrearage\b|\b(?:in arrears|account is overdue|overdue[ _]payment)|account is in good standing",
        r"\bbudget[ _](?:has been )?exceeded|\bexceeded ?budget\b|\bover (?:\w+ )?budget\b|\bcrossed budget\b",
        r"\b(?:subscription|plan|package)(?: has| is)? expired|\bno active subscription|\btotal cost limit",
        r"[余餘][额額]不足|欠[费費]|无可用资源包|充值|[预預]扣[费費]?额度失败|(?:积分|点数|费用|资金)不足",
        r"(?:额度|配额|額度)(?:已经|已|均已)?(?:用尽|用完|耗尽|不足|超限)|(?:套餐|订阅)(?:已经|已)?(?:到期|过期|失效|用完|用尽|耗尽)",
        r"总费用(?:限制|上限|限额)",
    )
)
_OTHERWISE = _any_of(
    (
        r"\b(?:thinking|reasoning|token|retry|time|latency|error|context)[ _-]budget",
        r"\brate[ _-]?limit[ _-](?:reached|exceeded)|\bper[ _-]?(?:minute|second)\b|\bretry in \d",
        r"\b(?:requests|tokens)[ _]per[ _]|[负負][载載][^，。,.]{0,4}[饱飽]和|并发|频率|速率",
    )
)
"""Limits of load or of one request, and budgets that are not of money, though their texts share words with those."""


def quota_in(text: str) -> Quota | None:
    """Return what has run out by an error's text. A limit that is reset goes before money that would lift it."""
    if _OTHERWISE.search(text):
        return None
    if _USAGE_LIMIT.search(text):
        return Quota.USAGE_LIMIT
    return Quota.MONEY if _MONEY.search(text) else None
