"""A stored run, as it is read."""

import json
import re
from pathlib import Path

import pytest

from probe.diagnose.wire_summary import wire_summary
from probe.errors import StoreError, UsageError
from probe.model.base_models import SCHEMA_VERSION
from probe.model.call import Call
from probe.model.choices import EndReason
from probe.model.events import CallFinished, RoundFinished, RoundStarted
from probe.model.exchange import Exchange
from probe.model.row import row_of
from probe.model.run_manifest import Group, RoundToDo
from probe.store import RunWriter, create_group, latest_run, read_exchanges, read_run
from tests.builders import START, call, flags, manifest
from tests.stats.test_waterfall import exchange
from tests.store.stored_run import journal, pair


def test_what_was_written_reads_back(run: Path) -> None:
    stored = read_run(run)
    assert stored.manifest == manifest()
    assert stored.rows == [row_of(each) for each in (*pair(1, flags=flags("retried")), *pair(2))]
    assert (stored.finished, stored.interrupted_calls, stored.corrupt) == ({1: 1, 2: 1}, 0, {})
    assert stored.end is EndReason.COMPLETED
    assert stored.to_do(3) == [RoundToDo(number=3, attempt=1)]


def test_without_a_manifest_the_calls_are_still_there(run: Path) -> None:
    (run / "manifest.json").unlink()
    stored = read_run(run)
    assert (stored.manifest, stored.corrupt, len(stored.rows)) == (None, {"manifest.json (missing)": 1}, 4)


@pytest.mark.parametrize("text", ["", "{", "{}", "null", "\udcff"])
def test_a_corrupt_manifest_is_counted(run: Path, text: str) -> None:
    (run / "manifest.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    stored = read_run(run)
    assert (stored.manifest, stored.corrupt) == (None, {"manifest.json": 1})


@pytest.mark.parametrize("change", [{}, {"options": {"fail_on": 3}}])
def test_a_run_of_a_newer_probe_is_refused(run: Path, change: dict[str, object]) -> None:
    path = run / "manifest.json"
    content = json.loads(path.read_text()) | {"schema_version": SCHEMA_VERSION + 1} | change
    path.write_text(json.dumps(content))
    with pytest.raises(UsageError, match=r"(?s)newer probe.*Upgrade probe"):
        read_run(run)


def test_what_a_newer_probe_added_is_ignored(run: Path) -> None:
    path = run / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"novelty": 1}))
    with (run / "journal.jsonl").open("ab") as file:
        file.write(journal(run)[-1].replace(b'"reason"', b'"novelty":{},"reason"'))
    stored = read_run(run)
    assert stored.manifest == manifest()
    assert stored.corrupt == {}


@pytest.mark.parametrize("names", [[], ["rounds"], ["report.md"]])
def test_a_directory_that_is_no_run_is_a_usage_error(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).mkdir()
    with pytest.raises(UsageError, match="is no run directory"):
        read_run(tmp_path)
    with pytest.raises(UsageError, match="is no run directory"):
        read_run(tmp_path / "missing")


def exchanged(path: Path, exchanges: tuple[Exchange, ...] | None, *, finished: bool = True) -> Call:
    """Write a run of one call with these exchanges, and return the call."""
    recorded = call(wire=None if exchanges is None else wire_summary(exchanges))
    with RunWriter.create(path, manifest()) as writer:
        writer.on_event(RoundStarted(at=START, round=1, attempt=1))
        writer.on_event(CallFinished(at=START, call=recorded, exchanges=exchanges))
        if finished:
            writer.on_event(RoundFinished(at=START, round=1, attempt=1))
    return recorded


@pytest.mark.parametrize("finished", [True, False])
@pytest.mark.parametrize("exchanges", [None, (), (exchange(), exchange(sequence=2))])
def test_what_was_recorded_of_a_call_reads_back_and_nothing_is_not_unrecorded(
    tmp_path: Path, exchanges: tuple[Exchange, ...] | None, finished: bool
) -> None:
    recorded = exchanged(tmp_path / "run", exchanges, finished=finished)
    assert read_exchanges(tmp_path / "run", recorded) == exchanges


@pytest.mark.parametrize(("name", "finished"), [("summary.json", True), ("call1.exchanges.jsonl", False)])
def test_recorded_exchanges_that_are_damaged_are_said(tmp_path: Path, name: str, finished: bool) -> None:
    recorded = exchanged(tmp_path / "run", (exchange(),), finished=finished)
    place = tmp_path / "run/rounds/0001" / name
    place.write_bytes(place.read_bytes()[:-20])
    with pytest.raises(StoreError, match=rf"{re.escape(name)}: cannot be read as exchanges"):
        read_exchanges(tmp_path / "run", recorded)


def test_without_its_summary_the_exchanges_of_a_round_are_unknown(tmp_path: Path) -> None:
    recorded = exchanged(tmp_path / "run", (exchange(),))
    (tmp_path / "run/rounds/0001/summary.json").unlink()
    assert read_exchanges(tmp_path / "run", recorded) is None


def test_the_latest_run_is_the_last_by_name(tmp_path: Path) -> None:
    for name in ("20261121T073000Z-a", "20261120T073000Z-b", "zz-no-run"):
        (tmp_path / name).mkdir()
    (tmp_path / "20261121T073000Z-a/manifest.json").write_text("{}")
    (tmp_path / "20261120T073000Z-b/manifest.json").write_text("{}")
    assert latest_run(tmp_path).name == "20261121T073000Z-a"
    create_group(tmp_path / "20261122T073000Z", Group(run_id="group", created_at=START, arms=(), order_seed=1))
    assert latest_run(tmp_path).name == "20261122T073000Z"
    with pytest.raises(UsageError, match="no run is stored here"):
        latest_run(tmp_path / "none")
