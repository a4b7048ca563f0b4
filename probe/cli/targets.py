"""`probe targets`: the targets of `probe.toml`, and those that other programs have in their settings."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.command_group import COMMANDS, ProbeCommand, ProbeGroup
from probe.cli.common import end, put, put_data, put_json, say
from probe.cli.language import present_texts
from probe.cli.options import ConfigOption, JsonOption
from probe.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from probe.inputs.find_config import Configuration
    from probe.inputs.load_config import TargetEntry
    from probe.inputs.target_sources import SkippedTarget, TargetSource
    from probe.inputs.target_table import TargetTable

app = typer.Typer(
    help=COMMANDS["targets"], cls=ProbeGroup, no_args_is_help=True, add_completion=False, rich_markup_mode=None
)

EXAMPLES = """\b
Examples:
  probe targets import --from claude
  probe targets import --from cc-switch --write
  probe targets import --from claude --path ~/.claude/settings.kimi.json --write"""

SourceOption = Annotated[
    str, typer.Option("--from", metavar="[claude|cc-switch|ccr]", help="The program whose settings are read.")
]


@app.command("list", cls=ProbeCommand)
def list_targets(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the targets, with the file that each comes from."""
    from probe.inputs.find_config import shown_path

    texts, found = present_texts(), _configuration(config)
    default = found.default.content.default_target if found.default else None
    rows = list(found.entries())
    if as_json:
        put_json(json.dumps({"targets": [_as_json(*row, is_default=row[0] == default) for row in rows]}))
    elif rows:
        _put_table(rows, default)
    else:
        files = ", ".join(shown_path(file.path) for file in found.files)
        say(texts("targets.none", files=files) if files else texts("targets.no_file"))


def _put_table(rows: Sequence[tuple[str, "TargetEntry", Path]], default: str | None) -> None:
    """Print the targets in columns."""
    from probe.cli.column_layout import ListColumn, laid_out, terminal_width
    from probe.inputs.find_config import shown_path

    texts = present_texts()
    names, entries, paths = zip(*rows, strict=True)
    marks = [texts("targets.default") if name == default else "" for name in names]
    columns = [
        ListColumn(texts("targets.column.name"), names),
        ListColumn(texts("targets.column.base_url"), [entry.base_url for entry in entries]),
        ListColumn(texts("targets.column.model"), [entry.model for entry in entries]),
        ListColumn(texts("targets.column.file"), [shown_path(path) for path in paths], rank=1),
        ListColumn("", marks),
    ]
    put("\n".join(laid_out(columns, terminal_width())))


def _as_json(name: str, entry: "TargetEntry", path: Path, *, is_default: bool) -> dict[str, object]:
    return {
        "name": name,
        "base_url": entry.base_url,
        "model": entry.model,
        "token_env": entry.token_env,
        "token_command": entry.token_command,
        "config_file": str(path),
        "default": is_default,
    }


@app.command("show", cls=ProbeCommand)
def show_target(
    name: Annotated[str, typer.Argument(metavar="TARGET", help="Its name.")], *, config: ConfigOption = None
) -> None:
    """Show a target as it is used: its table, its file, and whether there is a token; never the token."""
    from probe.inputs.find_config import shown_path
    from probe.inputs.load_target import unknown_target

    found = _configuration(config)
    file = found.file_of(name)
    if file is None:
        raise unknown_target(name, found)
    put(str(_table_of(name, file.content.targets[name], shown_path(file.path))))


def _table_of(name: str, entry: "TargetEntry", place: str) -> "TargetTable":
    from probe.inputs.load_target import DEFAULT_TOKEN_ENV, shown_environment
    from probe.inputs.target_table import TargetTable

    content = entry.model_dump(mode="json", exclude_none=True, exclude={"fail_on"})
    content["env"] = shown_environment(entry.env)
    if entry.token_command:
        token = present_texts()("targets.token_command", command=entry.token_command)
    else:
        variable = entry.token_env or DEFAULT_TOKEN_ENV
        is_set = bool(os.environ.get(variable, "").strip())
        token = present_texts()("targets.token_set" if is_set else "targets.token_not_set", variable=variable)
    gates = [f"fail_on: {gate}" for gate in entry.fail_on]
    return TargetTable(name, content, above=[place], below=[*gates, token])


@app.command("import", cls=ProbeCommand, epilog=EXAMPLES)
def import_(
    *,
    program: SourceOption,
    path: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="Its settings: a file or a directory. (default: where it keeps them)"),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="NAME", help="Import this target alone; may be repeated.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="The model of targets that name none.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Add the targets to a probe.toml; else print them.")] = False,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="With --write: this file. (default: ~/.config/probe/probe.toml)"),
    ] = None,
) -> None:
    """Make targets of the settings of Claude Code, cc-switch or claude-code-router.

    Tokens are never copied: a token_command fetches them from the settings when they are needed.
    """
    from probe.inputs.find_config import shown_path
    from probe.inputs.import_targets import import_targets

    texts, source = present_texts(), _source(program)
    imported = import_targets(source, _places(source, path), model, texts)
    say(texts("targets.read", files=", ".join(map(shown_path, imported.files))))
    _say_skipped(imported.skipped)
    tables = _selected(imported.tables, only)
    if not tables:
        say(texts("targets.none_found"))
        end(ExitCode.USAGE)
    if write:
        _write(tables, config or _user_file())
    else:
        put("\n".join(map(str, tables)))
        say(texts("targets.write_hint", file=shown_path(config or _user_file())))


@app.command("token", cls=ProbeCommand)
def print_token(
    *,
    program: SourceOption,
    path: Annotated[Path, typer.Option(metavar="PATH", help="Its settings: a file or a directory.")],
    key: Annotated[str, typer.Option("--id", metavar="ID", help="The provider, as the program knows it.")],
) -> None:
    """Print a token that another program has in its settings: the token_command of imported targets."""
    from probe.inputs.import_targets import find_token
    from probe.redact import mask

    token = find_token(_source(program), path, key, Path.cwd()).get_secret_value()
    if sys.stdout.isatty():
        say(present_texts()("targets.token_there", masked=mask(token)))
    else:
        put_data(token)


def _configuration(config: Path | None) -> "Configuration":
    from probe.inputs.find_config import find_config

    return find_config(str(config.absolute()) if config else None, Path.cwd(), os.environ)


def _source(name: str) -> "TargetSource":
    from probe.inputs.target_sources import SOURCES

    if name not in SOURCES:
        raise UsageError(f"{name!r} is not one of {', '.join(SOURCES)}", key="--from")
    return SOURCES[name]


def _places(source: "TargetSource", path: Path | None) -> list[Path]:
    """Return the places of a program's settings. Raises UsageError where there are none."""
    if path is not None:
        if not path.exists():
            raise UsageError("there is no such file or directory", path=path, key="--path")
        return [path]
    places = source.places(os.environ, Path.cwd())
    if not places:
        raise UsageError(
            f"no settings of {source.program}: there is no ~/{source.directory}/{source.files[0]}",
            key="--from",
            remedy="Name its settings file with --path.",
        )
    return places


def _selected(tables: Sequence["TargetTable"], only: list[str] | None) -> list["TargetTable"]:
    """Return the tables of the names that are wanted, all without any. Raises UsageError for an unknown one."""
    by_name = {table.name: table for table in tables}
    for name in only or ():
        if name not in by_name:
            known = ", ".join(by_name) or "none"
            raise UsageError(f"no target {name!r} was found", key="--only", remedy=f"Found: {known}.")
    return [by_name[name] for name in only] if only else list(tables)


def _say_skipped(providers: Sequence["SkippedTarget"]) -> None:
    texts = present_texts()
    for provider in providers:
        say(texts("targets.skipped", name=provider.name, reason=texts(provider.reason, **provider.values)))


def _user_file() -> Path:
    from probe.inputs.config_places import user_config

    path = user_config(os.environ)
    if path is None:
        raise UsageError("there is no home directory to write to", key="--config", remedy="Name a file.")
    return path


def _write(tables: Sequence["TargetTable"], path: Path) -> None:
    """Add the tables to a file, but for those whose names it has; those stay as they are."""
    from probe.cli.config_file import add_tables
    from probe.inputs.find_config import shown_path
    from probe.inputs.target_sources import SkippedTarget

    texts, file = present_texts(), shown_path(path)
    names = add_tables(tables, path)
    taken = [table.name for table in tables if table.name not in names]
    _say_skipped([SkippedTarget(name, "targets.skip.taken", {"file": file, "name": name}) for name in taken])
    if names:
        say(texts("targets.written", file=file, names=", ".join(names)))
        say(texts("targets.next", name=names[0]))
    else:
        say(texts("targets.nothing_new", file=file))
