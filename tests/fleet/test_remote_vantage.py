"""A vantage as the coordinator knows it: which worker it has, what is lost with it, and when it is given up."""

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest

pytest.importorskip("distributed")

from probe.drivers.cancel import Cancel
from probe.errors import UsageError
from probe.fleet import dask_settings, fleet_client, fleet_servers, remote_vantage
from probe.fleet.fleet_client import FleetClient, WorkerLostError
from probe.fleet.remote_vantage import RemoteVantage
from probe.fleet.spool import RoundAttempt
from probe.fleet.vantage_orders import VantageOrder
from probe.fleet.vantage_service import RoundEnd, RoundResult, VantageService
from probe.model.run_spec import RunSpec
from probe.ports import PlaceLostError
from probe.texts.phrase import Phrase
from tests.fleet.fleet_here import FleetHere, WorkerHere, embedded
from tests.upstream.support import wait_until

FIRST = RoundAttempt("embedded", 1, 1)


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet_client, "_LOOK_S", 0.02)
    monkeypatch.setattr(remote_vantage, "_POLL_S", 0.02)


@pytest.fixture
def client(here: FleetHere) -> Iterator[FleetClient]:
    with FleetClient(here.address, None) as connected:
        yield connected


@pytest.fixture
def stop() -> Iterator[Cancel]:
    with Cancel() as cancel:
        yield cancel


Vantage = Callable[..., RemoteVantage]


@pytest.fixture
def vantage(client: FleetClient, stop: Cancel) -> Vantage:
    """Return what makes the vantage fra, as soon as `workers` are known."""

    def made(spec: RunSpec | None = None, workers: int = 1, wait_s: float = 20.0) -> RemoteVantage:
        wait_until(lambda: len(client.workers()) == workers)
        return RemoteVantage(client, "fra", spec or embedded(), stop, wait_s)

    return made


def opened(vantage: RemoteVantage) -> RemoteVantage:
    vantage.opened = vantage.open()
    return vantage


def has_begun(worker: WorkerHere, run: str) -> bool:
    """Return True where the first round of a run has begun there."""
    return (worker.spool / "runs" / run / "begun").exists()


@contextmanager
def hanging_round(
    here: FleetHere, vantage: Vantage, run: str
) -> Iterator[tuple[WorkerHere, RemoteVantage, "Future[RoundResult]"]]:
    """Yield a worker, its vantage, and a round that has begun there and does not end by itself."""
    with here.worker("fra") as worker, ThreadPoolExecutor() as pool:
        fra = opened(vantage(embedded("hang")))
        making = pool.submit(fra.make_round, run, FIRST, 0, [])
        wait_until(lambda: has_begun(worker, run))
        yield worker, fra, making


def gone(client: FleetClient) -> None:
    wait_until(lambda: client.workers() == ())


def test_without_a_worker_those_that_are_connected_are_named(here: FleetHere, vantage: Vantage) -> None:
    with pytest.raises(UsageError) as refused:
        vantage(workers=0)
    assert refused.value.message == f"no worker of the vantage 'fra' is connected to {here.address}"
    assert "Connected: none." in (refused.value.remedy or "")
    with here.worker("syd"), here.worker("sin"), pytest.raises(UsageError) as refused:
        vantage(workers=2)
    assert "Connected: sin, syd." in (refused.value.remedy or "")


def test_two_workers_of_one_name_are_refused(here: FleetHere, vantage: Vantage) -> None:
    with here.worker("fra"), here.worker("fra", spool="other"), pytest.raises(UsageError) as refused:
        vantage(workers=2)
    assert refused.value.message == "2 workers say that they are 'fra'"


def test_a_worker_of_another_version_is_refused(
    here: FleetHere, vantage: Vantage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet_servers, "__version__", "0.0.7")
    with here.worker("fra"), pytest.raises(UsageError) as refused:
        vantage()
    assert refused.value.message.startswith("the worker of 'fra' runs probe 0.0.7, and this is ")


def test_what_a_vantage_refuses_is_raised_with_its_name(here: FleetHere, vantage: Vantage) -> None:
    wrong = embedded()
    arms = tuple(arm.model_copy(update={"faults": ("hagn",)}) for arm in wrong.arms)
    with here.worker("fra"), pytest.raises(UsageError, match="'hagn' is no fault") as refused:
        vantage(wrong.model_copy(update={"arms": arms})).open()
    assert str(refused.value.path) == "fra"


def test_a_run_is_prepared_made_and_ended_at_the_vantage(here: FleetHere, vantage: Vantage) -> None:
    with here.worker("fra") as worker:
        fra = opened(vantage())
        assert [arm.manifest.arm_name for arm in fra.opened.arms] == list(fra.arm_names) == ["embedded"]
        end, events = fra.make_round("run", FIRST, 0, [])
        assert (end, bool(events)) == (RoundEnd.FINISHED, True)
        assert worker.service.runs_under_way == 1
        fra.close()
        assert worker.service.runs_under_way == 0
        assert has_begun(worker, "run"), "it may be resumed"


def test_of_a_run_that_is_stored_the_vantage_keeps_nothing(here: FleetHere, vantage: Vantage) -> None:
    with here.worker("fra") as worker:
        fra = opened(vantage())
        fra.make_round("stored", FIRST, 0, [])
        assert has_begun(worker, "stored")
        fra.is_stored = True
        fra.close()
        assert not has_begun(worker, "stored")


def test_the_vantage_is_told_again_and_again_that_the_run_goes_on(
    here: FleetHere, vantage: Vantage, monkeypatch: pytest.MonkeyPatch
) -> None:
    extended: list[bool] = []
    extend = VantageService.extend

    def noted(service: VantageService, session: str) -> bool:
        extended.append(extend(service, session))
        return extended[-1]

    monkeypatch.setattr(remote_vantage, "_EXTEND_S", 0.02)
    monkeypatch.setattr(VantageService, "extend", noted)
    with here.worker("fra"):
        fra = opened(vantage())
        wait_until(lambda: len(extended) >= 3)
        fra.close()
    assert extended[:3] == [True] * 3


def test_a_place_that_cannot_be_written_is_given_up_with_the_reason(here: FleetHere, vantage: Vantage) -> None:
    with here.worker("fra") as worker:
        fra = opened(vantage())
        (worker.spool / "runs").rename(worker.spool / "away")
        try:
            with pytest.raises(PlaceLostError) as lost:
                fra.make_round("unwritten", FIRST, 0, [])
        finally:
            (worker.spool / "away").rename(worker.spool / "runs")
        fra.close()
    assert re.match(r"fra: .*: cannot be written: No such file or directory$", lost.value.why)
    assert not lost.value.everywhere


def test_a_round_whose_worker_is_gone_is_lost_at_once(here: FleetHere, vantage: Vantage) -> None:
    with hanging_round(here, vantage, "gone") as (worker, fra, making):
        worker.end()
        with pytest.raises(WorkerLostError):
            making.result(20)
    with here.worker("fra"):
        fra.recover(0)
        fra.close()


def test_a_round_is_lost_as_soon_as_the_scheduler_knows_no_such_worker(
    here: FleetHere, vantage: Vantage, client: FleetClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let the scheduler say so of a worker that is there, in the place of one that stands still."""
    with hanging_round(here, vantage, "still") as (_, fra, making):
        with monkeypatch.context() as patched:
            patched.setattr(client, "workers", lambda *_: ())
            with pytest.raises(WorkerLostError):
                making.result(20)
        fra.close()


def test_rounds_that_do_not_end_when_the_run_is_to_stop_are_given_up_after_a_while(
    here: FleetHere, vantage: Vantage, stop: Cancel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_vantage, "_GIVE_UP_S", 0.1)
    with hanging_round(here, vantage, "endless") as (_, fra, making):
        assert not fra.is_to_stop
        stop.cancel()
        with pytest.raises(WorkerLostError):
            making.result(20)
        assert fra.is_to_stop
        fra.close()


def test_a_cancel_ends_the_rounds_there(here: FleetHere, vantage: Vantage) -> None:
    with hanging_round(here, vantage, "cancelled") as (_, fra, making):
        fra.cancel()
        end, _ = making.result(20)
        fra.close()
    assert end == RoundEnd.STOPPED


def test_a_worker_that_comes_back_goes_on_with_the_run_once_for_all_lanes(
    here: FleetHere, vantage: Vantage, client: FleetClient
) -> None:
    notes: list[Phrase] = []
    with here.worker("fra"):
        fra = opened(vantage())
        fra.note = notes.append
        before = fra.worker
    gone(client)
    lanes = [threading.Thread(target=fra.recover, args=(0,)) for _ in range(2)]
    for lane in lanes:
        lane.start()
    with here.worker("fra") as worker:
        for lane in lanes:
            lane.join(20)
        assert (fra.generation, worker.service.runs_under_way) == (1, 1)
        assert [note.key for note in notes] == ["fleet.lost", "fleet.back"]
        assert fra.worker != before
        assert fra.make_round("again", FIRST, 0, [])[0] == RoundEnd.FINISHED
        fra.close()


def test_what_a_lane_knew_of_an_earlier_worker_loses_nothing(here: FleetHere, vantage: Vantage) -> None:
    with here.worker("fra"):
        fra = opened(vantage())
        fra.generation = 2
        fra.recover(1)
        assert fra.generation == 2
        fra.close()


def test_a_worker_that_does_not_come_back_in_time_is_given_up_for_good(
    here: FleetHere, vantage: Vantage, client: FleetClient
) -> None:
    with here.worker("fra"):
        fra = vantage(wait_s=0.1)
    gone(client)
    with pytest.raises(PlaceLostError) as lost:
        fra.recover(0)
    assert (lost.value.why, lost.value.everywhere) == ("no worker came back within 100 ms", False)
    with here.worker("fra"):
        wait_until(lambda: client.workers() != ())
        with pytest.raises(PlaceLostError) as again:
            fra.recover(0)
    assert again.value is lost.value


def test_a_run_that_is_to_stop_waits_for_no_worker(
    here: FleetHere, vantage: Vantage, client: FleetClient, stop: Cancel
) -> None:
    with here.worker("fra"):
        fra = vantage(wait_s=600.0)
    gone(client)
    stop.cancel()
    with pytest.raises(PlaceLostError):
        fra.recover(0)


def test_with_the_scheduler_lost_no_place_can_go_on(
    here: FleetHere, vantage: Vantage, client: FleetClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with here.worker("fra"):
        fra = vantage(wait_s=600.0)
    gone(client)
    monkeypatch.setattr(fleet_client, "_FLEET_LOST_S", -1.0)
    with pytest.raises(PlaceLostError) as lost:
        fra.recover(0)
    assert (lost.value.why, lost.value.everywhere) == ("the scheduler does not answer", True)


TARGET = '[targets.glm]\nbase_url = "http://glm.example"\nmodel = "m"\ntoken_env = "GLM_TOKEN"\n'
TOKEN = {"GLM_TOKEN": "tok-fra-4f1d9a7c2b"}


def test_a_vantage_that_cannot_be_reached_does_not_keep_a_run_from_ending(
    here: FleetHere, stop: Cancel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet_client, "_LOOK_S", 600.0)
    monkeypatch.setitem(dask_settings.SETTINGS, "distributed.comm.timeouts.connect", "200ms")
    with here.worker("fra") as worker, FleetClient(here.address, None) as client:
        fra = RemoteVantage(client, "fra", embedded(), stop, 20.0)
        worker.end()
        assert client.workers() != (), "that it is gone has not been seen"
        fra.cancel()
        fra.close()
        with pytest.raises(WorkerLostError):
            fra.open()


def test_no_order_is_sent_to_a_worker_that_is_known_to_be_gone(
    here: FleetHere, vantage: Vantage, client: FleetClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[VantageOrder] = []
    monkeypatch.setattr(client, "begin", lambda _, order, *arguments: sent.append(order))
    with here.worker("fra"):
        fra = vantage()
    gone(client)
    fra.cancel()
    fra.close()
    assert sent == [], "the run would wait ten seconds for each"


@pytest.fixture
def of_glm(here: FleetHere) -> RunSpec:
    """Return a run of a target that has to stand in the vantage's own file."""
    config = here.folder / "own.toml"
    config.write_text(TARGET)
    return embedded("none", targets=("glm",), faults=(), config=str(config))


@pytest.mark.parametrize(
    ("environment", "config", "why"),
    [
        ({**TOKEN, "http_proxy": "http://127.0.0.1:1"}, TARGET, "its worker came back with another machine, client or"),
        (TOKEN, "", "fra.toml: targets.glm: the vantage's probe.toml has no target 'glm'"),
        ({}, TARGET, "GLM_TOKEN"),
    ],
    ids=["by another way", "no target", "no token"],
)
def test_a_worker_that_comes_back_otherwise_is_given_up(
    here: FleetHere,
    vantage: Vantage,
    client: FleetClient,
    of_glm: RunSpec,
    environment: dict[str, str],
    config: str,
    why: str,
) -> None:
    with here.worker("fra", TOKEN, TARGET):
        fra = opened(vantage(of_glm))
    gone(client)
    with here.worker("fra", environment, config):
        with pytest.raises(PlaceLostError) as lost:
            fra.recover(0)
        fra.close()
    assert why in lost.value.why
