"""A scenario: the steps of a round, their sessions, deadlines and expectations."""

import hashlib
import json
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from probe.model.base_models import Frozen, Label, Passable, Seconds
from probe.model.choices import SecondCallMode, Session
from probe.model.outcome import Outcome

DEFAULT_TIMEOUT_S = 240.0
"""The deadline of a call: well above the 171 to 197 s after which Claude Code gives up by itself (measured)."""


def _outcome(value: object) -> object:
    try:
        return Outcome(str(value))  # type: ignore[call-arg]
    except ValueError:
        raise ValueError(f"{value!r} is no outcome; one of: {', '.join(Outcome)}") from None


def _misplaced(message: str, *place: str | int) -> PydanticCustomError:
    """Return an error about the whole scenario that belongs to one place in it."""
    return PydanticCustomError("misplaced", message, {"place": place})


class Expect(Frozen):
    """The expected result of a step. Where nothing is said of the outcome, `ok` is expected."""

    equals: str | None = Field(None, description="the answer, without surrounding white space")
    contains: str | None = Field(None, description="a part of the answer")
    model: str | None = Field(None, description="the model that must have served")
    outcome: Annotated[Outcome, BeforeValidator(_outcome)] = Field(Outcome.OK, description="the outcome")


class Step(Frozen):
    """One scripted call."""

    label: Label
    prompt: Passable = Field(min_length=1)
    session: Session = Session.NEW
    timeout_s: Seconds = Field(DEFAULT_TIMEOUT_S, alias="timeout", gt=0)
    gap_s: Seconds = Field(0.0, alias="gap", description="idle time before this step")
    expect: Expect = Expect()


class Scenario(Frozen):
    """A script: steps, and how often and how far apart rounds run."""

    schema_version: Literal[1] = 1
    name: Label
    description: str = ""
    rounds: int = Field(10, ge=1, le=1_000_000)
    gap_s: Seconds = Field(0.0, alias="gap", description="idle time before a round")
    gap_upto_s: Seconds | None = Field(
        None,
        alias="gap_upto",
        description="each round has an idle time of its own, from `gap` to this: how long does an upstream stay warm?",
    )
    steps: tuple[Step, ...] = Field(min_length=1)
    fail_on: tuple[str, ...] = Field((), description="gates, see docs/gates.md")
    command: str | None = Field(None, description="the command that runs it, where `probe run` does not")

    @property
    def compares_calls(self) -> bool:
        """True where the first two calls are expected to come to the same, after one idle time in all rounds."""
        alike = len(self.steps) > 1 and self.steps[0].expect.outcome is self.steps[1].expect.outcome
        return alike and self.gap_upto_s is None

    @property
    def keeps_process(self) -> bool:
        """True where a step goes on in the process of the step before."""
        return any(step.session is Session.LIVE for step in self.steps)

    def goes_on_after(self, index: int) -> bool:
        """Return True where the step after this one goes on in its process."""
        return index + 1 < len(self.steps) and self.steps[index + 1].session is Session.LIVE

    @property
    def extra_step(self) -> Step:
        """A call beside the script, which turns the order of requests: the last step again, in a session of its own."""
        label = "extra"
        while any(step.label == label for step in self.steps):
            label += "-call"
        return self.steps[-1].model_copy(update={"label": label, "session": Session.NEW, "gap_s": 0.0})

    @property
    def longest_round_s(self) -> float:
        """The longest duration of a round, in seconds: every call at its deadline."""
        return (self.gap_upto_s or self.gap_s) + sum(step.timeout_s + step.gap_s for step in self.steps)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        labels = [step.label for step in self.steps]
        twice = sorted({label for label in labels if labels.count(label) > 1})
        if twice:
            second = len(labels) - 1 - labels[::-1].index(twice[0])
            raise _misplaced(
                f"two steps are called {twice[0]!r}; labels name files, so each needs its own", "steps", second, "label"
            )
        if self.gap_upto_s is not None:
            self._check_gaps(self.gap_upto_s)
        if self.steps[0].session is not Session.NEW:
            session = self.steps[0].session.value
            raise _misplaced(
                f"the first step's session is {session!r}; there is none before it: use 'new'", "steps", 0, "session"
            )
        return self

    def _check_gaps(self, upto_s: float) -> None:
        if not 0 < self.gap_s < upto_s:
            raise _misplaced(f"must be more than `gap`, which is {self.gap_s:g} s and must be more than 0", "gap_upto")
        if len(self.steps) < 2 or any(step.expect.outcome is not Outcome.OK for step in self.steps[:2]):
            raise _misplaced("needs a second step that is answered: it shows what a warm upstream does", "gap_upto")

    def digest(self) -> str:
        """Twelve hex digits that differ when what is measured differs (not for `rounds` and words)."""
        left_out = {"rounds", "description", "schema_version", "fail_on", "command"}
        if self.gap_upto_s is None:
            left_out |= {"gap_upto_s"}  # as before there was such a key
        content = self.model_dump(mode="json", exclude=left_out)
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]

    def with_second_call(self, mode: SecondCallMode) -> Self:
        """Return the scenario with another session mode in its second step.

        Calling with the id of a stored session is always refused by the client, so that becomes what is expected.
        """
        if len(self.steps) < 2:
            raise ValueError(f"the scenario {self.name!r} has one step only; there is no second call")
        expected = Outcome.SESSION_IN_USE if mode is SecondCallMode.SAME_SESSION else Outcome.OK
        second = self.steps[1]
        second = second.model_copy(
            update={"session": mode.session, "expect": second.expect.model_copy(update={"outcome": expected})}
        )
        return self.model_copy(update={"steps": (self.steps[0], second, *self.steps[2:])})

    def with_timeout(self, timeout_s: float) -> Self:
        """Return the scenario with one deadline for every step."""
        return self.model_copy(
            update={"steps": tuple(step.model_copy(update={"timeout_s": timeout_s}) for step in self.steps)}
        )
