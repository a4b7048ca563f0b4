"""`probe ls`: the stored runs."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.common import put, put_json, say
from probe.cli.language import present_texts
from probe.cli.options import DEFAULT_OUT, JsonOption, OutOption
from probe.model.health import HealthWord
from probe.model.listed_run import RunKind
from probe.render.health_sentences import health_word
from probe.texts import Texts

if TYPE_CHECKING:
    from probe.cli.column_layout import ListColumn
    from probe.model.listed_run import ListedRun, TargetHeadline

EXAMPLES = """\b
Examples:
  probe ls
  probe ls --limit 0 --json"""

_SHOWN = 20
_RANKS = {
    "id": 0,
    "when": 0,
    "scenario": 2,
    "target": 0,
    "rounds": 0,
    "health": 0,
    "failed": 0,
    "verdict": 1,
    "end": 3,
}
"""The columns in their order; in a narrow terminal those of a high rank are left out first, those of 0 never."""
_SHRINKING = frozenset({"scenario", "target"})


def ls(
    limit: Annotated[int, typer.Option("--limit", "-n", min=0, help="List so many of the newest runs; 0 for all.")] = (
        _SHOWN
    ),
    as_json: JsonOption = False,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """List the stored runs, the newest first.

    Any command that takes a RUN takes the id in the first column, `latest`, `latest~1` for the run before it, and any
    part of a run's name that no other run has.
    """
    from probe.reporting.list_runs import list_runs
    from probe.store import RUNS, stored_runs

    runs, texts = list_runs(out, limit or None), present_texts()
    if as_json:
        put_json(f"[{','.join(run.model_dump_json() for run in runs)}]")
        return
    if not runs:
        say(texts("ls.none", folder=out / RUNS))
        return
    from probe.cli.column_layout import laid_out, terminal_width

    put("\n".join(laid_out(_columns(runs, texts), terminal_width())))
    more = len(stored_runs(out / RUNS)) - len(runs)
    if more:
        say(texts("ls.more.one" if more == 1 else "ls.more.many", n=more))


def _columns(runs: "Sequence[ListedRun]", texts: Texts) -> "list[ListColumn]":
    """Return the columns of the list, with a line for each target of a run."""
    from probe.cli.column_layout import ListColumn

    lines = [line for run in runs for line in _lines(run, texts)]
    return [
        ListColumn(texts(f"ls.{name}"), [line[place] for line in lines], rank=rank, shrinks=name in _SHRINKING)
        for place, (name, rank) in enumerate(_RANKS.items())
    ]


def _lines(run: "ListedRun", texts: Texts) -> Iterator[tuple[str, ...]]:
    """Yield the cells of a run: those of its first target behind the run's own, those of others by themselves."""
    when = f"{run.created_at:%Y-%m-%d %H:%M}" if run.created_at else texts("ls.unread")
    is_recorded = run.kind is RunKind.RECORDED
    scenario = texts("ls.recorded") if is_recorded else run.scenario or ""
    head, end = (run.id, when, scenario), texts(f"end.{run.end.value}")
    if not run.targets:
        yield *head, "", "", "", "", "", end
    for number, target in enumerate(run.targets):
        own = head if number == 0 else ("", "", "")
        yield *own, target.name, *_figures(run, target, texts), end if number == 0 else ""


def _figures(run: "ListedRun", target: "TargetHeadline", texts: Texts) -> tuple[str, str, str, str]:
    """Return rounds, health, failures and whether first calls are worse; of a target that is down nobody asks that."""
    is_asked = target.verdict is not None and target.health is not HealthWord.DOWN
    rounds = f"{target.rounds_finished}/{run.rounds}" if run.rounds else str(target.rounds_finished)
    return (
        "" if run.kind is RunKind.RECORDED else rounds,
        health_word(target.health, texts),
        f"{target.failed}/{target.calls}",
        texts(f"ls.answer.{target.verdict}") if is_asked else "",
    )
