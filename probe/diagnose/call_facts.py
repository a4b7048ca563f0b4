"""The facts about one call that the rules for outcomes and flags ask for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from probe.diagnose.client_errors import is_success
from probe.diagnose.exchange_failures import main_exchanges
from probe.diagnose.wire_summary import models_of
from probe.model.client import ClientOutput, ClientResult
from probe.model.exchange import Exchange
from probe.model.observation import Observation
from probe.model.scenario import Expect


@dataclass(frozen=True)
class CallFacts:
    """An observation and what was expected of it. `model_requested` is None where it is not known."""

    observation: Observation
    expect: Expect = field(default_factory=Expect)
    model_requested: str | None = None

    @property
    def recorded(self) -> bool:
        """True where a recorder stood between the client and the upstream."""
        return self.observation.exchanges is not None

    @cached_property
    def exchanges(self) -> Sequence[Exchange]:
        """All exchanges of the call, none without a recorder."""
        return self.observation.exchanges or ()

    @cached_property
    def attempts(self) -> list[Exchange]:
        """The exchanges that asked for the answer, in order."""
        return main_exchanges(self.exchanges)

    @property
    def last_attempt(self) -> Exchange | None:
        """The last exchange that asked for the answer."""
        return self.attempts[-1] if self.attempts else None

    @property
    def words(self) -> ClientOutput:
        """The client's own output."""
        return self.observation.words

    @property
    def result(self) -> ClientResult | None:
        """The result that the client printed."""
        return self.words.result

    @property
    def error(self) -> ClientResult | None:
        """The client's result where it reports an error, else None."""
        return None if is_success(self.result) else self.result

    @property
    def answer(self) -> str:
        """The text of the result, without white space around it."""
        text = self.result.text if self.result else None
        return (text or "").strip()

    @cached_property
    def models_served(self) -> tuple[str, ...]:
        """The models that answered, by the exchanges where there was a recorder, else by the client's output."""
        return models_of(self.attempts) if self.recorded else self.words.models_served

    @property
    def streamed_again(self) -> bool:
        """True where, by the client's output, a stream broke or more than one was begun."""
        started = self.words.attempts_started
        return started > 1 or (started == 1 and not self.words.stream_complete)
