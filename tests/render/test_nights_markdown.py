"""Tests for what is said of a night that differs from the one before in what was measured."""

import pytest

from probe.model.choices import Language
from probe.model.night import Night, NightState, NightStep
from probe.render.nights_markdown import night_sentences, render_nights
from probe.texts import Texts
from tests.builders import START

EN, ZH = Texts(), Texts(Language.ZH)


def night(state: NightState = NightState.QUIET, **identity: str) -> Night:
    return Night(date=START, run_id="a", target="glm", identity=identity, steps=(), state=state, baseline_nights=7)


def changes(before: Night, after: Night, texts: Texts = EN) -> list[str]:
    return list(night_sentences(after, before, 5, texts))[1:]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("claude 2.1.329", "claude 2.1.400", "claude 2.1.400 instead of claude 2.1.329."),
        ("claude None", "claude 2.1.400", "claude 2.1.400 instead of claude, version unknown."),
    ],
)
def test_another_client_is_named_with_the_one_before(before: str, after: str, said: str) -> None:
    assert changes(night(client=before), night(client=after)) == [
        f"The client has changed since the night before: {said}"
    ]
    assert changes(night(client=before), night(client=before)) == []


def test_other_settings_begin_a_new_baseline() -> None:
    first, second = (night(NightState.BASELINE, model=model, auth=auth) for model, auth in (("a", "x"), ("b", "y")))
    (said,) = changes(first, second)
    assert said.startswith("What is measured has changed since the night before (model, ")
    assert said.endswith("so a new baseline begins.")
    assert changes(first, second, ZH)[0].startswith("所测对象与前一晚不同（")
    assert changes(first, second.model_copy(update={"state": NightState.QUIET})) == []


def test_a_step_without_calls_has_dashes_in_the_table() -> None:
    empty = night().model_copy(update={"steps": (NightStep(label="call1", n=0, failed=0),)})
    row = render_nights([empty], EN).splitlines()[-1]
    assert "| - | - |" in " ".join(row.split()).replace("–", "-").replace("—", "-")
