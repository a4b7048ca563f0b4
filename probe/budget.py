"""What a run may cost, and what it has cost so far."""

import threading
from dataclasses import dataclass, field

from probe.model.choices import EndReason
from probe.model.client import tokens_of
from probe.model.observation import Observation
from probe.model.run import Plan


@dataclass(slots=True)
class Budget:
    """Counts cost and tokens over all lanes. A call that names none counts as none: the limit is a brake, no bill."""

    plan: Plan
    cost_usd: float = 0.0
    tokens: int = 0
    exceeded: EndReason | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._check()

    def add(self, seen: Observation) -> None:
        result = seen.words.result
        if result is None:
            return
        with self._lock:
            self.cost_usd += result.cost_usd or 0.0
            self.tokens += tokens_of(result.usage)
            self._check()

    def _check(self) -> None:
        if self.plan.max_cost_usd is not None and self.cost_usd >= self.plan.max_cost_usd:
            self.exceeded = EndReason.MAX_COST
        elif self.plan.max_tokens is not None and self.tokens >= self.plan.max_tokens:
            self.exceeded = EndReason.MAX_TOKENS
