"""Facts of a call that rules ask for."""

from probe.diagnose.classify import diagnose
from probe.model.outcome import Outcome
from probe.model.scenario import Expect
from tests.builders import MODEL, verdict
from tests.diagnose.client_lines import GOOD
from tests.diagnose.exchanges import answered, good


def test_the_model_is_the_one_on_the_wire_whatever_the_client_says() -> None:
    call = answered(good(model_served="other"), models_served=(MODEL,))
    assert diagnose(call, Expect(model=MODEL), MODEL).outcome == "wrong_model"


def test_an_expected_model_must_be_named() -> None:
    found = verdict((GOOD,), expect=Expect(model=MODEL))
    assert found.outcome is Outcome.WRONG_MODEL
    assert "no model that was named" in found.evidence
