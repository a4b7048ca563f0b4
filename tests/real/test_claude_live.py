"""Rounds of the real client in one process."""

import time
import uuid
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from probe.diagnose.classify import diagnose
from probe.diagnose.exchange_failures import main_exchanges
from probe.diagnose.phases import phases_of
from probe.diagnose.wire_summary import wire_summary
from probe.drivers.claude_live import ClaudeLive
from probe.model.call import Diagnosis
from probe.model.choices import Session
from probe.model.exchange import STALE_AFTER_MS
from probe.model.observation import Observation
from probe.model.scenario import Expect, Step
from probe.ports import CallOrder
from tests.real.catalogue import LASTING, Row
from tests.real.support import MODEL, Bench, bench, inhabitants
from tests.real.test_catalogue import step_for

pytestmark = pytest.mark.real

BRIEF_S = 2.5
SHORT_S = {"body_never_ends": 4.5}
"""Deadlines of rows that meet theirs; before this one a body without an end cannot be told from a late answer."""
FINE = Step(label="call1", prompt="Reply with exactly: PROBE_OK", expect=Expect(equals="PROBE_OK"))


def live(step: Step, label: str, **changes: Any) -> Step:
    return step.model_copy(update={"label": label, "session": Session.LIVE, **changes})


def conversation(workbench: Bench, steps: Sequence[Step]) -> Iterator[tuple[Observation, Diagnosis]]:
    """Make a round of these steps, and yield what each came to."""
    earlier: str | None = None
    with workbench.round() as calls:
        for step, following in zip(steps, [*steps[1:], FINE], strict=True):
            session = earlier if earlier and step.session is Session.LIVE else str(uuid.uuid4())
            goes_on = following.session is Session.LIVE
            observation = calls.call(CallOrder(1, step, session, earlier, goes_on))
            earlier = session
            yield observation, diagnose(observation, step.expect, MODEL)


def spec_on(row: Row, label: str) -> str:
    """Return the fault of a row for one step."""
    name, _, rest = row.fault.partition("(")
    inner = rest.removesuffix(")")
    return f"{name}({inner + ', ' if inner else ''}on={label})"


def settings_of(row: Row) -> tuple[int, tuple[tuple[str, str], ...]]:
    return (-1 if row.retries is None else row.retries), row.env


def asks_for_tools(row: Row) -> bool:
    return "tool_use_requested" in row.flags


GROUPS = [list(rows) for _, rows in groupby(sorted(LASTING, key=settings_of), key=settings_of)]


@pytest.mark.slow
@pytest.mark.parametrize("rows", GROUPS, ids=lambda rows: f"retries={rows[0].retries} {dict(rows[0].env) or ''}")
def test_the_catalogue_of_lasting_faults_in_one_process(real_client: str, tmp_path: Path, rows: list[Row]) -> None:
    """Make a turn of each row: none spoils the next one, unless a tool was asked for."""
    rows = sorted(rows, key=asks_for_tools)
    steps = [FINE]
    for number, row in enumerate(rows):
        timeout_s = SHORT_S.get(row.cause or "", BRIEF_S) if row.timeout_s < 10 else row.timeout_s
        steps.append(live(step_for(row), f"row{number}", timeout_s=timeout_s))
    faults = [spec_on(row, f"row{number}") for number, row in enumerate(rows)]
    settings: dict[str, Any] = {"client_retries": rows[0].retries, "extra": dict(rows[0].env)}
    with bench(real_client, tmp_path, faults, recorder=True, driver=ClaudeLive, **settings) as workbench:
        (_, first), *found = conversation(workbench, steps)
    assert first.outcome == "ok"
    for row, (observation, diagnosis) in zip(rows, found, strict=True):
        came_to = (diagnosis.outcome, diagnosis.cause, set(diagnosis.flags))
        assert came_to == (row.outcome, row.cause, set(row.flags)), f"{row.spec}: {diagnosis.evidence}"
        assert observation.restarted is None


def test_later_calls_start_no_client_and_open_no_connection(real_client: str, tmp_path: Path) -> None:
    steps = [FINE, live(FINE, "call2"), live(FINE, "call3")]
    with bench(real_client, tmp_path, recorder=True, driver=ClaudeLive) as workbench:
        calls = [observation for observation, _ in conversation(workbench, steps)]
        served = [(request.step, request.session_id) for request in workbench.main_requests()]
    assert [label for label, _ in served] == ["call1", "call2", "call3"]
    assert len({session for _, session in served}) == 1, "one conversation"
    boots = [phases.boot_ms for phases in map(phases_of, calls) if phases]
    assert boots[0] > max(boots[1:])
    assert [wire_summary(call.exchanges or ()).connection_reused for call in calls] == [False, True, True]
    assert inhabitants(tmp_path) == []


def test_nothing_goes_on_after_a_tool_was_asked_for(real_client: str, tmp_path: Path) -> None:
    canary = tmp_path / "CANARY"
    fault = f"tool_use(name=all, canary='{canary}', on=call2, every_turn=true)"
    steps = [FINE, live(FINE, "call2"), live(FINE, "call3"), FINE.model_copy(update={"label": "call4"})]
    with bench(real_client, tmp_path, [fault], recorder=True, driver=ClaudeLive) as workbench:
        calls = list(conversation(workbench, steps))
        asked = [request.step for request in workbench.main_requests()]
    assert [diagnosis.outcome for _, diagnosis in calls] == ["ok", "tool_use", "not_continued", "ok"]
    assert asked == ["call1", "call2", "call4"], "no result of a tool was ever sent"
    assert not canary.exists()


def test_a_stale_connection_is_retried_on_a_new_one_and_told(real_client: str, tmp_path: Path) -> None:
    with bench(
        real_client, tmp_path, ["close_idle(after=1s, on=call2)"], recorder=True, driver=ClaudeLive
    ) as workbench:
        calls = conversation(workbench, [FINE, live(FINE, "call2")])
        _, first = next(calls)
        time.sleep(STALE_AFTER_MS / 1000 + 0.2)
        observation, second = next(calls)
    assert (first.outcome, set(first.flags)) == ("ok", set())
    assert (second.outcome, set(second.flags)) == ("ok", {"retried", "stale_connection"})
    reset, answered = main_exchanges(observation.exchanges or ())
    assert (reset.connection, reset.status, answered.status) == (1, None, 200)
    assert answered.connection != 1
