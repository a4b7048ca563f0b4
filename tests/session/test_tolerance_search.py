"""The search for how long a client waits, with a stand-in whose patience is known."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from probe.errors import ProbeError
from probe.model.choices import Wait
from probe.model.outcome import Outcome
from probe.model.run_manifest import ClientInfo
from probe.model.tolerance_report import Reaction, Tolerance, Tolerances, Trial
from probe.session.tolerance_search import ToleranceRequest, search_tolerance
from tests.conftest import MEASURED

CLIENT = f"{sys.executable} {Path(__file__).parents[1] / 'children' / 'asking_client.py'}"


@dataclass
class Heard:
    """Keeps what an observer is told; interrupts as Ctrl-C does at the end of the first trial of `interrupts`."""

    interrupts: Wait | None = None
    clients: list[ClientInfo] = field(default_factory=list)
    trials: list[tuple[Wait, Trial]] = field(default_factory=list)

    def on_client(self, client: ClientInfo) -> None:
        assert not self.trials
        self.clients.append(client)

    def on_trial(self, trial: Trial, wait: Wait) -> None:
        self.trials.append((wait, trial))
        if wait is self.interrupts:
            raise KeyboardInterrupt


def search(
    *waits: Wait, upto_s: float, precision_s: float, client: str = CLIENT, heard: Heard | None = None, **variables: str
) -> Tolerances:
    """Search with these variables set for the client."""
    environment = {"PATH": os.environ["PATH"], **MEASURED}
    request = ToleranceRequest(waits, upto_s, precision_s, client)
    return search_tolerance(request, variables, environment, heard or Heard())


@pytest.fixture(scope="module")
def searched() -> tuple[Tolerances, Heard]:
    """Return what is found of a client that waits for 0.8 s, and what the observer heard."""
    heard = Heard()
    return search(*Wait, upto_s=2, precision_s=0.7, heard=heard, STUB_PATIENCE_S="0.8"), heard


def limits_of(wait: Wait, found: Tolerances) -> Tolerance:
    (limits,) = (each for each in found.waits if each.wait is wait)
    return limits


@pytest.mark.parametrize("wait", [Wait.FIRST_BYTE, Wait.GAP])
def test_a_wait_that_the_client_gives_up_is_found_between_two_limits(
    wait: Wait, searched: tuple[Tolerances, Heard]
) -> None:
    limits = limits_of(wait, searched[0])
    assert limits.gave_up_s is not None
    assert 0 < limits.stood_s < limits.gave_up_s < 2, limits
    assert limits.gave_up_s - limits.stood_s <= 0.71
    assert (limits.reaction, limits.outcome) == (Reaction.FELL_BACK, Outcome.OK)


def test_an_answer_that_keeps_coming_is_waited_for_as_long_as_was_tried(searched: tuple[Tolerances, Heard]) -> None:
    whole = limits_of(Wait.WHOLE_ANSWER, searched[0])
    assert (whole.stood_s, whole.gave_up_s, whole.reaction, whole.outcome) == (2, None, None, None)
    assert [trial.requests for trial in whole.trials] == [1]


def test_the_observer_is_told_the_client_and_then_every_trial(searched: tuple[Tolerances, Heard]) -> None:
    found, heard = searched
    assert [each.wait for each in found.waits] == list(Wait)
    assert [client.version for client in heard.clients] == ["9.9.9"]
    for each in found.waits:
        assert each.trials == tuple(trial for wait, trial in heard.trials if wait is each.wait)


def test_a_client_that_ends_when_it_has_waited_enough_is_told_from_one_that_asks_again() -> None:
    found = search(Wait.GAP, upto_s=10, precision_s=9.9, STUB_PATIENCE_S="0.3", STUB_GIVES_UP="1")
    (limits,) = found.waits
    assert limits.reaction is Reaction.ERROR
    assert limits.outcome is not Outcome.OK
    assert [trial.requests for trial in limits.trials] == [1]


def test_what_was_set_for_the_client_is_kept_and_a_secret_is_not() -> None:
    found = search(Wait.GAP, upto_s=0.1, precision_s=0.1, API_TIMEOUT_MS="6000", MY_TOKEN="hunter2-hunter2")
    assert (found.upto_s, found.precision_s, found.client.version) == (0.1, 0.1, "9.9.9")
    assert found.environment == {"API_TIMEOUT_MS": "6000", "MY_TOKEN": "[set]"}


def test_ctrl_c_ends_the_calls_that_still_wait() -> None:
    heard = Heard(interrupts=Wait.FIRST_BYTE)
    with pytest.raises(KeyboardInterrupt):
        search(Wait.FIRST_BYTE, Wait.WHOLE_ANSWER, upto_s=15, precision_s=1, heard=heard, STUB_PATIENCE_S="0.8")
    assert [wait for wait, _ in heard.trials] == [Wait.FIRST_BYTE]


def test_without_a_client_nothing_is_tried() -> None:
    heard = Heard()
    with pytest.raises(ProbeError, match="no-such-program"):
        search(Wait.GAP, upto_s=1, precision_s=1, client="no-such-program", heard=heard)
    assert (heard.clients, heard.trials) == ([], [])
