"""A power cut: of what was written, only what was synced is there afterwards."""

import json
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from probe.model.choices import EndReason
from probe.model.events import CallFinished, CallStarted, Event, RoundFinished, RoundStarted, RunFinished, RunStarted
from probe.model.exchange import Exchange
from probe.model.outcome import Outcome
from probe.model.run_manifest import Group
from probe.store import RunWriter, create_group, read_run
from probe.store.nights import append_nights
from tests.builders import START, call, manifest, round_events
from tests.stats.test_waterfall import exchange
from tests.store.test_nights import night

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs inodes, and directories that can be synced")

Tree = dict[str, bytes | None]
"""Files and their content, and directories, which have none, by their paths."""


class Disk:
    """A directory as it would be after a power cut: content and names as they were when they were last synced."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.before_cut: Callable[[], None] = lambda: None
        self._content: dict[int, bytes] = {}
        self._names: dict[int, list[tuple[str, int, bool]]] = {}
        self._held: list[BinaryIO] = []

    def sync(self, descriptor: int) -> None:
        """Stand in for os.fsync."""
        number = os.fstat(descriptor).st_ino
        self._keep(next(path for path in (self.root, *self.root.rglob("*")) if path.stat().st_ino == number))
        self.before_cut()

    def sync_all(self) -> None:
        for path in (self.root, *self.root.rglob("*")):
            self._keep(path)

    def _keep(self, path: Path) -> None:
        number = path.stat().st_ino
        if path.is_dir():
            self._names[number] = [(each.name, each.stat().st_ino, each.is_dir()) for each in path.iterdir()]
        else:
            self._held.append(path.open("rb"))  # so that no other file gets its number
            self._content[number] = path.read_bytes()

    def left(self) -> Tree:
        """Return what a power cut would leave now."""
        return dict(self._left(self.root.stat().st_ino, ""))

    def _left(self, directory: int, prefix: str) -> Iterator[tuple[str, bytes | None]]:
        for name, number, is_dir in self._names.get(directory, ()):
            yield prefix + name, None if is_dir else self._content.get(number, b"")
            yield from self._left(number, f"{prefix}{name}/")

    def written(self) -> Tree:
        """Return what is there now."""
        paths = self.root.rglob("*")
        return {str(path.relative_to(self.root)): path.read_bytes() if path.is_file() else None for path in paths}

    def close(self) -> None:
        for file in self._held:
            file.close()


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    (tmp_path / "disk").mkdir()
    disk = Disk(tmp_path / "disk")
    monkeypatch.setattr(os, "fsync", disk.sync)
    yield disk
    disk.close()


def recorded(number: int, attempt: int, outcome: Outcome = Outcome.OVERLOADED) -> Iterator[Event]:
    """Yield the events of a round of a single call, with all the files that a call can have."""
    yield RoundStarted(at=START, round=number, attempt=attempt)
    yield CallStarted(at=START, round=number, attempt=attempt, step=0, label="call1", timeout_ms=1.0)
    yield CallFinished(
        at=START,
        call=call(number, 1, outcome, attempt=attempt),
        argv=("claude", "prompt"),
        stdout=b"said",
        stderr=b"complained",
        exchanges=(exchange(),),
        bodies=((1, b"asked", b"answered"),),
    )
    yield RoundFinished(at=START, round=number, attempt=attempt)


EVENTS = (
    RunStarted(at=START, rounds_to_do=2),
    *recorded(1, 1),
    *recorded(2, 1, Outcome.OK),
    *list(recorded(3, 1))[:-1],
    RunFinished(at=START, reason=EndReason.COMPLETED),
)
OUTPUT = {f"call1.{kind}" for kind in ("stdout.txt", "stderr.txt")}
BODIES = {f"call1.001.{kind}" for kind in ("request", "response")}
FINISHED = {1: {"summary.json", *OUTPUT, *BODIES}, 2: {"summary.json", *BODIES}}
"""The files of the finished rounds."""
UNFINISHED = {"call1.exchanges.jsonl", *OUTPUT, *BODIES}


def test_a_finished_round_is_there_after_a_power_cut_and_so_is_all_of_a_run_that_ended(disk: Disk) -> None:
    with RunWriter.create(disk.root / "reports" / "runs" / "one", manifest(rounds=3)) as writer:
        assert disk.left() == disk.written()
        for event in EVENTS:
            writer.on_event(event)
            if isinstance(event, RunStarted | RoundFinished | RunFinished):
                assert disk.left() == disk.written(), event
    kept = disk.left()
    rounds = "reports/runs/one/rounds"
    for number, names in {**FINISHED, 3: UNFINISHED}.items():
        assert {path for path in kept if path.startswith(f"{rounds}/000{number}/")} == {
            f"{rounds}/000{number}/{name}" for name in names
        }
    assert kept[f"{rounds}/0001/call1.001.request"] == b"asked"
    assert kept[f"{rounds}/0001/call1.001.response"] == b"answered"


def test_whenever_the_power_goes_the_journal_tells_of_no_finished_round_whose_files_are_not_there(disk: Disk) -> None:
    cuts: list[Tree] = []
    disk.before_cut = lambda: cuts.append(disk.left())
    with RunWriter.create(disk.root / "run", manifest(rounds=3)) as writer:
        for event in EVENTS:
            writer.on_event(event)
    told = set()
    for cut in cuts:
        for line in (cut.get("run/journal.jsonl") or b"").splitlines():
            said = json.loads(line)
            if said["event"] == "round_finished":
                place = f"run/rounds/{said['round']:04d}"
                assert all(cut.get(f"{place}/{name}") for name in FINISHED[said["round"]])
                told.add(said["round"])
    assert told == {1, 2}


def test_a_round_that_finishes_writes_no_file_of_its_calls_anew(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[Exchange] = []
    as_line = Exchange.model_dump_json

    def note(self: Exchange, **options: Any) -> str:
        lines.append(self)
        return as_line(self, **options)

    monkeypatch.setattr(Exchange, "model_dump_json", note)
    with RunWriter.create(disk.root / "run", manifest(rounds=3)) as writer:
        for event in EVENTS:
            writer.on_event(event)
    assert lines == [exchange()] * 3, "an exchange is made a line of the file of its call once"


def test_a_round_that_finished_is_made_durable_with_few_syncs(disk: Disk) -> None:
    syncs: list[int] = []
    with RunWriter.create(disk.root / "run", manifest()) as writer:
        disk.before_cut = lambda: syncs.append(1)
        for event in round_events(call(1, 1), call(1, 2)):
            writer.on_event(event)
    assert len(syncs) == 4  # the summary, the directories of the round and of all rounds, and the journal


def test_rounds_that_finish_together_are_synced_together_and_told_after_that(disk: Disk) -> None:
    run = disk.root / "run"
    with RunWriter.create(run, manifest(rounds=9)) as writer:
        for event in (event for number in range(1, 10) for event in recorded(number, 1, Outcome.OK)):
            writer.take(event)
        assert b"round_finished" not in (run / "journal.jsonl").read_bytes()
        syncs: list[int] = []
        disk.before_cut = lambda: syncs.append(1)
        writer.flush()
        assert disk.left() == disk.written()
        assert (run / "journal.jsonl").read_bytes().count(b"round_finished") == 9
        writer.flush()
    # Of each round the summary, the bodies and the directory; once those of all rounds, and the journal.
    assert len(syncs) == 9 * (2 + len(BODIES)) + 2


def test_what_was_taken_is_kept_when_a_writer_is_closed(disk: Disk) -> None:
    run = disk.root / "run"
    with RunWriter.create(run, manifest()) as writer:
        for event in recorded(1, 1):
            writer.take(event)
    assert b"round_finished" in (run / "journal.jsonl").read_bytes()
    assert disk.left() == disk.written()


def test_whenever_the_power_goes_a_file_is_the_old_or_the_new_one(disk: Disk) -> None:
    RunWriter.create(disk.root / "run", manifest(rounds=2)).close()
    rounds: list[int] = []
    disk.before_cut = lambda: rounds.append(json.loads(disk.left()["run/manifest.json"] or b"")["rounds"])
    RunWriter.reopen(disk.root / "run", manifest(rounds=7)).close()
    assert (rounds[0], rounds[-1]) == (2, 7)


def test_a_torn_line_that_was_cut_off_does_not_come_back(disk: Disk) -> None:
    run = disk.root / "run"
    with RunWriter.create(run, manifest()) as writer:
        writer.on_event(EVENTS[0])
    with (run / "journal.jsonl").open("ab") as file:
        file.write(b'{"event":"round_st')
    disk.sync_all()
    RunWriter.reopen(run, manifest()).close()
    assert disk.left() == disk.written()


def test_groups_and_nights_are_there_after_a_power_cut(disk: Disk) -> None:
    create_group(disk.root / "runs" / "group", Group(run_id="group", created_at=START, arms=(), order_seed=1))
    assert disk.left() == disk.written()
    append_nights(disk.root / "nightly" / "relay", night("a"))
    append_nights(disk.root / "nightly" / "relay", night("b"))
    assert disk.left() == disk.written()


def test_nobody_else_can_read_a_file_at_any_time(disk: Disk) -> None:
    modes: set[int] = set()
    disk.before_cut = lambda: modes.update(
        stat.S_IMODE(path.stat().st_mode) for path in disk.root.rglob("*") if path.is_file()
    )
    umask = os.umask(0)
    try:
        with RunWriter.create(disk.root / "run", manifest()) as writer:
            for event in EVENTS:
                writer.on_event(event)
        append_nights(disk.root / "nights", night("a"))
    finally:
        os.umask(umask)
    assert modes == {0o600}


def test_rounds_that_finish_together_are_synced_together_before_the_journal_tells_of_any(disk: Disk) -> None:
    numbers = range(1, 9)
    syncs: list[Tree] = []
    with RunWriter.create(disk.root / "run", manifest(rounds=8)) as writer:
        for number in numbers:
            for event in list(round_events(call(number, 1), call(number, 2)))[:-1]:
                writer.on_event(event)
        disk.before_cut = lambda: syncs.append(disk.left())
        for number in numbers:
            writer.take(RoundFinished(at=START, round=number, attempt=1))
        assert syncs == []
        writer.flush()
        assert disk.left() == disk.written()
    assert len(syncs) == 2 * len(numbers) + 2
    assert b"round_finished" not in (syncs[-2]["run/journal.jsonl"] or b"")
    assert set(read_run(disk.root / "run").finished) == set(numbers)
