"""Usage and cost of single calls: the one source for limits, reports and exports. Unknown is None, never 0.

Recent versions of the client go on counting where a session is gone on with: what they report of a resumed or forked
one holds all of the calls before (2.1.329; not 2.1.197 and older).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from probe.model.choices import Session
from probe.model.client import Counted, ModelUsage
from probe.model.outcome import Outcome

ANSWERED = frozenset(
    {
        Outcome.OK,
        Outcome.STOPPED_EARLY,
        Outcome.WRONG_ANSWER,
        Outcome.WRONG_MODEL,
        Outcome.TOOL_USE,
        Outcome.CLIENT_HUNG_AFTER_RESULT,
    }
)

"""Outcomes of calls to which an answer came, which somebody has to pay for."""


class _Result(Protocol):
    @property
    def usage(self) -> Counted | None: ...
    @property
    def model_usage(self) -> Mapping[str, Counted] | None: ...
    @property
    def cost_usd(self) -> float | None: ...


class _Client(Protocol):
    @property
    def result(self) -> _Result | None: ...


class _Wire(Protocol):
    @property
    def usage(self) -> Counted | None: ...


class Charged(Protocol):
    """A call, as far as what it cost goes."""

    @property
    def round(self) -> int: ...
    @property
    def attempt(self) -> int: ...
    @property
    def session_mode(self) -> Session: ...
    @property
    def outcome(self) -> Outcome: ...
    @property
    def client(self) -> _Client: ...
    @property
    def wire(self) -> _Wire | None: ...


def tokens_of(usage: Counted | None) -> int | None:
    """Return all tokens of a usage; None where it does not say how many came in."""
    if usage is None or not asked_tokens(usage):
        return None
    return asked_tokens(usage) + (usage.output_tokens or 0)


def usage_of(call: Charged) -> Counted | None:
    """Return the tokens of a call: as recorded, else as the client sums them up, else over all its models.

    A count of 0 in or out is none: no answer has it, and the client shows it where the upstream said nothing.
    """
    if call.wire is not None:
        return _sound(call.wire.usage)
    result = call.client.result
    if result is None:
        return None
    return _sound(result.usage) or _sound(_sum_of(result.model_usage))


def spending(calls: Iterable[Charged]) -> Iterator[tuple[Counted | None, float | None]]:
    """Yield usage and cost in USD of each call; the calls stand in the order in which their rounds made them."""
    before: Charged | None = None
    made_in: tuple[int, int] | None = None
    for call in calls:
        if call.session_mode is Session.NEW or (call.round, call.attempt) != made_in:
            before, made_in = None, (call.round, call.attempt)
        usage = usage_of(call)
        cost = _cost(call, before)
        # A price of nothing for an answer of unknown size is no price.
        yield usage, None if usage is None and not cost and call.outcome in ANSWERED else cost
        before = call if call.client.result else before


def last_spent(calls: Iterable[Charged]) -> tuple[int | None, float | None]:
    """Return tokens and cost in USD of the last of these calls of a round, each None where it is unknown."""
    usage, cost_usd = list(spending(calls))[-1]
    return tokens_of(usage), cost_usd


def spent_on(calls: Iterable[Charged]) -> tuple[float, int]:
    """Return cost in USD and tokens of these calls, as far as they are known."""
    cost, tokens = 0.0, 0
    for usage, cost_usd in spending(calls):
        cost += cost_usd or 0.0
        tokens += tokens_of(usage) or 0
    return cost, tokens


def _cost(call: Charged, before: Charged | None) -> float | None:
    """Return the cost of the call alone, where `before` is the last call with a result in its session."""
    cost, earlier = _reported_cost(call), _reported_cost(before)
    if cost is None or before is None or not earlier or not _includes(call, before):
        return cost
    return max(cost - earlier, 0.0)


def _reported_cost(call: Charged | None) -> float | None:
    return call.client.result.cost_usd if call and call.client.result else None


def _includes(call: Charged, before: Charged) -> bool:
    """Return True where the client went on counting: its result holds the tokens of `before` beside the call's own."""
    earlier, now = _reported_tokens(before), _reported_tokens(call)
    return now > 0 and now >= earlier + _own_tokens(call)


def _reported_tokens(call: Charged) -> int:
    """Return the tokens by model, summed up; without them one model answered, so that they are the call's own."""
    result = call.client.result
    by_model = _sum_of(result.model_usage) if result else None
    return _total(by_model) if by_model else _own_tokens(call)


def _own_tokens(call: Charged) -> int:
    result = call.client.result
    usage = result.usage if result else None
    return _total(usage or (call.wire.usage if call.wire else None))


def asked_tokens(usage: Counted) -> int:
    """Return all input tokens, those of the cache too; 0 where none are said."""
    return (usage.input_tokens or 0) + (usage.cache_read_tokens or 0) + (usage.cache_creation_tokens or 0)


def _total(usage: Counted | None) -> int:
    return 0 if usage is None else asked_tokens(usage) + (usage.output_tokens or 0)


def _sound(usage: Counted | None) -> Counted | None:
    if usage is None or (usage.input_tokens and usage.output_tokens):
        return usage
    asked = asked_tokens(usage)
    if not asked and not usage.output_tokens:
        return None
    return ModelUsage(
        input_tokens=usage.input_tokens if asked else None,
        output_tokens=usage.output_tokens or None,
        cache_read_tokens=usage.cache_read_tokens if asked else None,
        cache_creation_tokens=usage.cache_creation_tokens if asked else None,
    )


def _sum_of(usages: Mapping[str, Counted] | None) -> ModelUsage | None:
    """Return the usage summed over all models."""
    if not usages:
        return None
    each = usages.values()
    return ModelUsage(
        input_tokens=_sum([usage.input_tokens for usage in each]),
        output_tokens=_sum([usage.output_tokens for usage in each]),
        cache_read_tokens=_sum([usage.cache_read_tokens for usage in each]),
        cache_creation_tokens=_sum([usage.cache_creation_tokens for usage in each]),
    )


def _sum(values: list[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
