"""`probe history`: the calls of months in Parquet files, and SQL on them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.chosen_runs import chosen_runs
from probe.cli.command_group import COMMANDS, ProbeCommand, ProbeGroup
from probe.cli.common import end
from probe.cli.completion import complete_run
from probe.cli.history_option import HistoryOption, history_folder
from probe.cli.language import present_texts, tell
from probe.cli.options import DEFAULT_OUT, RUN_NAMES, OutOption, OutputOption
from probe.cli.rm import age, removable_runs, remove_after_asking
from probe.errors import ExitCode
from probe.texts.translations import translated
from probe.units import format_bytes

if TYPE_CHECKING:
    from probe.reporting.history_runs import AddedRun
    from probe.store.parquet.history_database import QueryResult
    from probe.store.parquet.history_listing import DamagedFile

app = typer.Typer(
    help=COMMANDS["history"], cls=ProbeGroup, no_args_is_help=True, add_completion=False, rich_markup_mode=None
)

ADD_EXAMPLES = """\b
Examples:
  probe history add latest
  probe history add reports/runs/* --history /var/lib/probe"""
QUERY_EXAMPLES = """\b
Examples:
  probe history query "SELECT month, target, count(*) AS calls, avg(failed::INT) FROM calls GROUP BY ALL"
  probe history query "DESCRIBE calls"
  probe history query "FROM calls WHERE failed" --format csv --output failures.csv"""
PRUNE_EXAMPLES = """\b
Examples:
  probe history prune --keep-runs 90d"""
_MOST_SHOWN = 200


class ResultFormat(StrEnum):
    """Formats of a query's result."""

    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


@app.command(cls=ProbeCommand, epilog=ADD_EXAMPLES)
def add(
    runs: Annotated[
        list[str],
        typer.Argument(metavar="RUN...", autocompletion=complete_run, help=f"Each is {RUN_NAMES}."),
    ],
    history: HistoryOption = None,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Add runs to the history: a Parquet file a run, without prompts, answers and tokens.

    A run that is added again takes the place of what the history has of it. The run's directory stays.
    """
    from probe.reporting.history_extra import require_history_extra

    require_history_extra()
    folder = history_folder(history)
    if not add_to_history(folder, chosen_runs(runs, out)):
        end(ExitCode.USAGE)


def add_to_history(folder: Path, paths: Sequence[Path]) -> bool:
    """Add runs, say what was added and what was not, and return whether all were. Raises StoreError."""
    from probe.reporting.history_runs import NotAdded, add_runs

    refused = 0
    for added in add_runs(folder, paths):
        if isinstance(added, NotAdded):
            refused += 1
            why = added.why.told(translated(added.why.message, present_texts()), None)
            tell("history.not_added", why=why)
        else:
            _tell_added(added, folder)
    return not refused


def _tell_added(added: "AddedRun", folder: Path) -> None:
    for file, count in added.corrupt.items():
        tell("command.unreadable", run=added.run_id, file=file, n=count)
    tell(
        "history.added.one" if added.calls == 1 else "history.added.many", run=added.run_id, n=added.calls, path=folder
    )


@app.command(cls=ProbeCommand, epilog=QUERY_EXAMPLES)
def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="A SELECT on the view `calls`, in the SQL of DuckDB.")],
    form: Annotated[
        ResultFormat | None,
        typer.Option("--format", help="How to write it. (default: markdown; on a terminal, fitted to it)"),
    ] = None,
    output: OutputOption = None,
    history: HistoryOption = None,
) -> None:
    """Ask the history a question in SQL.

    The view `calls` has a row a call; times are in UTC, durations in ms. A query reads the history and nothing else: no
    other file, no network, no extensions.
    """
    from probe.cli.deliver import deliver_parts, is_for_terminal, named_file
    from probe.reporting.history_extra import require_history_extra

    require_history_extra()
    from probe.reporting.history_results import RESULT_WRITERS
    from probe.store.parquet.history_database import HistoryDatabase

    folder, texts = history_folder(history), present_texts()
    on_terminal, output = is_for_terminal(form, output), named_file(output)
    with HistoryDatabase(folder) as database:
        result = database.query(sql)
        if on_terminal:
            _show_result(result)
        else:
            deliver_parts(RESULT_WRITERS[form or ResultFormat.MARKDOWN](result, texts), output)
        tell_damaged(database.damaged)
        if not database.listing.files:
            tell("history.empty", path=folder)
    if output:
        tell("command.written", path=output)


@app.command(cls=ProbeCommand)
def compact(history: HistoryOption = None) -> None:
    """Make one file of the small files of each month that has ended.

    Every query says the same as before. Files that cannot be read stay as they are.
    """
    from probe.reporting.history_extra import require_history_extra

    require_history_extra()
    from probe.store.parquet.compact_months import compact_months

    months = 0
    for month in compact_months(history_folder(history), f"{datetime.now(UTC):%Y-%m}"):
        months += 1
        sizes = {"before": format_bytes(month.bytes_before), "now": format_bytes(month.bytes_now)}
        tell("history.compacted", path=month.path, n=month.files, **sizes)
    if not months:
        tell("history.nothing_to_compact")


@app.command(cls=ProbeCommand, epilog=PRUNE_EXAMPLES)
def prune(
    keep_runs: Annotated[
        timedelta,
        typer.Option("--keep-runs", parser=age, metavar="AGE", help="Remove runs begun longer ago, such as 90d."),
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    history: HistoryOption = None,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Remove old run directories whose calls are in the history, which stays.

    Lists them with their sizes and asks first. A run of which the history lacks a call stays, and so does a recording.
    What only the directory has (raw output, exchanges, reports) is gone then.
    """
    from probe.reporting.history_extra import require_history_extra

    require_history_extra()
    from probe.reporting.prunable_runs import prunable_runs

    chosen, kept = [], 0
    for run, is_held in prunable_runs(history_folder(history), removable_runs(keep_runs, None, out)):
        if is_held:
            chosen.append(run)
        else:
            kept += 1
    if kept:
        tell("history.prune_kept.one" if kept == 1 else "history.prune_kept.many", n=kept)
    remove_after_asking(chosen, yes=yes)


def _show_result(result: "QueryResult") -> None:
    """Show the first rows of a result on the terminal, and say how many more there are."""
    from probe.cli.console import show
    from probe.reporting.history_results import query_table

    show([query_table(result, _MOST_SHOWN)])
    more = sum(1 for _ in result.rows)
    if more:
        tell("history.more.one" if more == 1 else "history.more.many", n=more)


def tell_damaged(damaged: "Sequence[DamagedFile]") -> None:
    """Name the files of a history that could not be read."""
    for file in damaged:
        tell("history.damaged", path=file.path, problem=translated(file.problem, present_texts()))
