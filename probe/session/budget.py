"""The limits of a run: cost and tokens, beyond which no round is begun."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from probe.model.call import Call
from probe.model.choices import EndReason
from probe.model.run_manifest import Plan
from probe.model.spending import last_spent


@dataclass(slots=True)
class Budget:
    """Counts cost and tokens over all lanes. What is unknown counts as none: a limit is a brake, no bill."""

    plan: Plan
    cost_usd: float = 0.0
    tokens: int = 0
    exceeded: EndReason | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._check()

    def add(self, calls: Sequence[Call]) -> None:
        """Count the last of these calls, which are those that a round has made so far."""
        tokens, cost_usd = last_spent(calls)
        with self._lock:
            self.cost_usd += cost_usd or 0.0
            self.tokens += tokens or 0
            self._check()

    def _check(self) -> None:
        if self.plan.max_cost_usd is not None and self.cost_usd >= self.plan.max_cost_usd:
            self.exceeded = EndReason.MAX_COST
        elif self.plan.max_tokens is not None and self.tokens >= self.plan.max_tokens:
            self.exceeded = EndReason.MAX_TOKENS
