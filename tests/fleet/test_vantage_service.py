"""The work of a vantage for coordinators: no attempt is made twice, and events are kept until they are stored."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from probe.errors import UsageError
from probe.fleet import vantage_session
from probe.fleet.packed_events import unpack_events
from probe.fleet.spool import RoundAttempt, Spool
from probe.fleet.vantage_service import RoundEnd, RoundOrder, VantageService, default_spool
from probe.model.events import CallFinished, RoundFinished
from probe.model.run_manifest import Options
from probe.model.run_spec import RunSpec
from probe.session.resolve_spec import plan_run
from tests.upstream.support import wait_until

FIRST = RoundAttempt("embedded", 1, 1)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[VantageService]:
    with Spool(tmp_path / "spool") as spool, VantageService(spool, {"PATH": "/bin"}) as made:
        yield made


def spec(fault: str = "none") -> RunSpec:
    return plan_run(Options(targets=("embedded",), drivers=("messages",), faults=(fault,)), {}, {})


def make(
    service: VantageService, attempt: RoundAttempt = FIRST, session: str = "s", **changes: tuple[RoundAttempt, ...]
) -> tuple[str, bytes]:
    return service.make_round(RoundOrder(session, "run", attempt, 0, **changes)).result(60)


def test_a_round_is_made_once_and_its_events_are_handed_out_again(service: VantageService) -> None:
    service.open("s", spec())
    end, events = make(service)
    assert end == RoundEnd.FINISHED
    told = unpack_events(events)
    assert isinstance(told[-1], RoundFinished)
    assert [event.call.outcome.value for event in told if isinstance(event, CallFinished)] == ["ok", "ok"]
    assert make(service) == (end, events)


def test_of_what_is_stored_elsewhere_the_events_go_and_it_is_not_made_again(service: VantageService) -> None:
    service.open("s", spec())
    make(service)
    second = RoundAttempt("embedded", 2, 1)
    assert make(service, second, stored=(FIRST,))[0] == RoundEnd.FINISHED
    assert make(service) == (RoundEnd.BEGUN_BEFORE, b"")


def test_an_unknown_run_makes_nothing(service: VantageService) -> None:
    assert make(service) == (RoundEnd.NO_SESSION, b"")
    assert not service.extend("s")
    service.open("s", spec())
    assert service.extend("s")
    service.close("s")
    assert (service.runs_under_way, make(service)) == (0, (RoundEnd.NO_SESSION, b""))


def test_a_coordinator_that_comes_back_gets_what_was_finished(service: VantageService) -> None:
    service.open("s", spec())
    _, events = make(service)
    service.open("again", spec())
    other = RoundAttempt("embedded", 9, 1)
    assert service.take_up("again", "run", [other, FIRST]) == {1: events}
    assert service.session("s") is None, "the earlier coordinator's rounds have ended"
    assert service.runs_under_way == 1


def test_a_run_that_is_stored_is_forgotten(service: VantageService) -> None:
    service.open("s", spec())
    make(service)
    service.close("s", is_stored=True)
    service.open("t", spec())
    assert make(service, session="t")[0] == RoundEnd.FINISHED
    service.close("t")
    service.open("u", spec())
    assert make(service, session="u")[0] == RoundEnd.FINISHED


def test_a_cancel_ends_a_round_without_its_end(service: VantageService) -> None:
    known = service.open("s", spec("hang"))
    assert service.open("s", spec("hang")) is known
    making = service.make_round(RoundOrder("s", "run", FIRST, 0))
    assert service.make_round(RoundOrder("s", "run", FIRST, 0)) is making
    service.cancel("s")
    end, events = making.result(60)
    assert end == RoundEnd.STOPPED
    assert not any(isinstance(event, RoundFinished) for event in unpack_events(events))
    assert make(service) == (RoundEnd.BEGUN_BEFORE, b"")


def test_a_run_of_whose_coordinator_nothing_is_heard_is_given_up(
    service: VantageService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vantage_session, "LEASE_S", 0.0)
    service.open("s", spec())
    assert not service.extend("s")
    assert make(service)[0] in {RoundEnd.NO_SESSION, RoundEnd.STOPPED}
    wait_until(lambda: service.runs_under_way == 0)


def test_what_cannot_be_prepared_is_refused_and_leaves_nothing(service: VantageService) -> None:
    broken = spec().model_copy(
        update={"arms": tuple(arm.model_copy(update={"faults": ("hagn",)}) for arm in spec().arms)}
    )
    with pytest.raises(UsageError, match="'hagn' is no fault"):
        service.open("s", broken)
    assert service.runs_under_way == 0


@pytest.mark.parametrize(
    ("environment", "place"),
    [
        ({"XDG_STATE_HOME": "/state", "HOME": "/home/me"}, "/state/probe/fleet/fra"),
        ({"XDG_STATE_HOME": "relative", "HOME": "/home/me"}, "/home/me/.local/state/probe/fleet/fra"),
        ({"HOME": "/home/me"}, "/home/me/.local/state/probe/fleet/fra"),
        ({}, "/.local/state/probe/fleet/fra"),
    ],
)
def test_a_spool_lies_where_state_belongs(environment: dict[str, str], place: str) -> None:
    assert default_spool("fra", environment) == Path(place)
