"""The cost and tokens that a run has used so far, beside its limits."""

from collections.abc import Iterator, Mapping, Sequence

from probe.model.call import Call
from probe.model.events import CallFinished, Event, RoundFinished
from probe.model.row import Row
from probe.model.spending import ANSWERED, last_spent, spent_on
from probe.session.prepare import PreparedArm
from probe.texts.phrase import Phrase, Phrases, items, phrase

COST, TOKENS = "--max-cost-usd", "--max-tokens"


def limits_without_effect(arm: PreparedArm) -> Iterator[Phrase]:
    """Yield a warning for each limit of an arm that cannot act."""
    if arm.plan.max_cost_usd is not None and not arm.driver.runs_client:
        yield phrase("warning.no_prices", cost=COST, driver=arm.manifest.driver, tokens=TOKENS)


def _asked_for(arm: PreparedArm) -> int:
    """Return the tokens that asking the arm's target before the first round has used in this start of the run."""
    preflight = arm.manifest.preflight
    return preflight.tokens if preflight and arm.asked_s is not None else 0


class UsageWatch:
    """Adds up what calls have used. `unknown` counts answered calls that came without usage."""

    def __init__(self, arms: Sequence[PreparedArm], rows: Mapping[str, Sequence[Row]]) -> None:
        self._plan = arms[0].plan
        self._priced = all(arm.driver.runs_client for arm in arms)
        self._open: dict[tuple[str, int], list[Call]] = {}
        self._warned = False
        self.cost_usd, self.tokens, self.unknown = 0.0, sum(map(_asked_for, arms)), 0
        for calls in rows.values():
            cost_usd, tokens = spent_on(calls)
            self.cost_usd += cost_usd
            self.tokens += tokens

    def on_event(self, arm: str, event: Event) -> Phrase | None:
        """Take an event. Return a warning for the first call that a limit cannot count."""
        match event:
            case CallFinished():
                calls = self._open.setdefault((arm, event.call.round), [])
                calls.append(event.call)
                return self._add(calls)
            case RoundFinished():
                self._open.pop((arm, event.round), None)
            case _:
                pass
        return None

    def _add(self, calls: Sequence[Call]) -> Phrase | None:
        tokens, cost_usd = last_spent(calls)
        self.cost_usd += cost_usd or 0.0
        self.tokens += tokens or 0
        if calls[-1].outcome not in ANSWERED:
            return None
        self.unknown += tokens is None
        return self._warning(
            calls[-1], [name for name, figure in ((TOKENS, tokens), (COST, cost_usd)) if figure is None]
        )

    def _warning(self, last: Call, unknown: Sequence[str]) -> Phrase | None:
        """Return a warning, once, where a limit cannot count the last call."""
        can_act = {
            TOKENS: self._plan.max_tokens is not None,
            COST: self._plan.max_cost_usd is not None and self._priced,
        }
        blind = [limit for limit in unknown if can_act[limit]]
        if self._warned or not blind:
            return None
        self._warned = True
        return phrase("warning.no_usage", round=last.round, label=last.label, limits=items(blind))

    @property
    def used(self) -> Phrases:
        """The usage beside each limit that is set; empty where there is none."""
        plan = self._plan
        parts: list[Phrase] = []
        if plan.max_tokens is not None:
            parts.append(phrase("usage.tokens", used=f"{self.tokens:,}", most=f"{plan.max_tokens:,}"))
        if plan.max_cost_usd is not None:
            cost = phrase("usage.cost", used=f"{self.cost_usd:.4f}", most=f"{plan.max_cost_usd:g}")
            parts.append(cost if self._priced else phrase("usage.cost_unknown"))
        if parts and self.unknown:
            parts.append(phrase(f"usage.unknown.{'one' if self.unknown == 1 else 'many'}", n=self.unknown))
        return items(parts)
