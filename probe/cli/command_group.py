"""The commands: imported when they are used, with help in plain text, and none takes an empty option.

Importing all commands would take `probe --help` a quarter of its time, and rich would double that of a command's help.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from probe.cli.defects import documented_ends
from probe.cli.language import OPTION_HELP, present_texts
from probe.cli.shown_params import plain_range, plain_type, shown_name
from probe.cli.wrong_usage import plain_values, values_needed
from probe.errors import UsageError
from probe.model.choices import Language

COMMANDS = {
    "check": "Say what is wrong with an upstream, and what to do about it.",
    "run": "Run a scenario with the real client and keep every round.",
    "record": "Record the requests of a command of your own, as you work.",
    "init": "Make a probe.toml: ask for an upstream, check it, and write it.",
    "targets": "List targets, and import them from other programs' settings.",
    "ls": "List the stored runs, the newest first.",
    "show": "Open the report of a run in the browser. Also: `probe open`.",
    "rm": "Remove stored runs.",
    "plan": "Say how many rounds, minutes and tokens a question takes.",
    "report": "Make the report of runs again from the store.",
    "explain": "Show what happened in one round, call by call.",
    "bundle": "Write one redacted zip for the operator of a relay.",
    "export": "Write the table of calls, requests as HAR, metrics, or traces.",
    "compare": "Compare two runs: every difference with its interval.",
    "nightly": "Run, compare with the nights before, report, and keep the night.",
    "fleet": "Measure from several machines: keys, scheduler, workers.",
    "history": "Keep the calls of months in Parquet files, and ask them in SQL.",
    "trend": "Show calls by day and hour, and the nights of `probe nightly`.",
    "capture": "Run the client for two calls and keep its requests.",
    "replay": "Send the main request of a capture again, with your own token.",
    "tolerance": "Find how long the client waits for an upstream.",
    "schema": "Print the JSON Schema of a report, or of another file.",
    "scenarios": "List, show and check scenarios.",
    "upstream": "Run the embedded upstream, which fails on demand.",
    "man": "Print the manual page of a command, or write all pages.",
}
"""The commands in the order of `probe --help`, with the first line of their help. Each is a module of this package.

A command's docstring begins with the same sentence; it fits into a line of 80 columns.
"""

GROUPS = {
    "Measure": ("check", "run", "record", "plan", "nightly", "fleet"),
    "Results": ("ls", "show", "report", "explain", "compare", "trend", "history", "bundle", "rm"),
    "Set up": ("init", "targets", "scenarios"),
    "Advanced": ("export", "tolerance", "capture", "replay", "upstream", "schema", "man"),
}
"""The headings of `probe --help`, and the commands below each."""

COMMON = (
    *("history", "target", "targets", "base_url", "model", "scenario", "rounds", "timeout_s", "gap_s"),
    *("until_sure", "fail_on", "resume", "help"),
)
"""The parameters that stand first in the help of a command with many, in this order."""

_MANY = 20
PASSED_ON = "command"
"""The parameter that holds words for another program, of which any may be empty."""

ALIASES = {"open": "show"}
"""Second names of commands, which the list of commands leaves out."""


class TranslatedHelp:
    """A command whose help is in the language of the present command. Stands before Typer's class among the bases."""

    def get_help(self, ctx: Any) -> str:
        """Return the page of help: Click's own in English, else ours."""
        if present_texts().language is Language.EN:
            english: str = super().get_help(ctx)  # type: ignore[misc] # of Typer's class
            return english
        from probe.cli.help_page import HelpPage

        command: Any = self
        page = HelpPage()
        command.format_help(ctx, page)
        return page.getvalue().rstrip("\n")


class ProbeCommand(TranslatedHelp, TyperCommand):
    """A command that refuses empty options and arguments, and whose help lists options by their panels."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the words of the command line. Raises UsageError that names an option without a value.

        Words are looked at before they are converted: an empty path would become the working directory. To complete a
        line they are not converted at all: that would take twice the time, and the line may be unfinished.
        """
        with values_needed(ctx):
            written, rest, _ = self.make_parser(ctx).parse_args(args=list(args))
        if ctx.resilient_parsing:
            ctx.params, ctx.args = dict(written), rest
            return rest
        own = [param for param in self.params if param.name != PASSED_ON]
        check_filled({shown_name(param): written.get(param.name) for param in own})
        with plain_values(ctx, list(args), written):
            parsed: list[str] = super().parse_args(ctx, args)
        return parsed

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write a section for each panel of options."""
        _write_options(self, ctx, formatter)


def _write_options(command: Any, ctx: Any, formatter: Any) -> None:
    """Write a section for each panel of a command's options, with `--lang`, which all commands have."""
    params = command.get_params(ctx)
    is_long = len(params) >= _MANY
    in_order = sorted(params, key=lambda param: _place(param.name)) if is_long else params
    sections: dict[str, list[tuple[str, str]]] = {}
    for param in in_order:
        record = param.get_help_record(ctx)
        if record is not None:
            name, text = record
            shown = plain_type(name), plain_range(text)
            sections.setdefault(_title(param, is_long=is_long), []).append(shown)
    last = next((title for title in sections if title.endswith("Output")), "Options")
    sections.setdefault(last, []).append(OPTION_HELP)
    for title, records in sections.items():
        with formatter.section(title):
            formatter.write_dl(records)


def _title(param: Any, *, is_long: bool) -> str:
    """Return the heading that an option stands under; where there are many, Common, or Advanced and its panel."""
    panel = getattr(param, "rich_help_panel", None)
    if not is_long:
        return panel or ("Arguments" if param.param_type_name == "argument" else "Options")
    if param.name in COMMON:
        return "Common"
    return f"Advanced: {panel}" if panel else "Advanced"


def _place(name: str) -> int:
    """Return where an option stands: the common ones first, in their order."""
    return COMMON.index(name) if name in COMMON else len(COMMON)


def check_filled(written: Mapping[str, object]) -> None:
    """Raise UsageError for the first of these that is empty, or that has an empty one among its values."""
    for name, value in written.items():
        words = value if isinstance(value, list | tuple) else (value,)
        if any(isinstance(word, str) and not word.strip() for word in words):
            raise UsageError(
                "is empty", key=name, remedy="A variable in it may not be set. Leave it out, or say what is meant."
            )


class LazyCommands(Mapping[str, Any]):
    """The commands by name, as Typer has them; a command's module is imported when the command is asked for."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        name = ALIASES.get(name, name)
        if name not in COMMANDS:
            raise KeyError(name)
        if name not in self._loaded:
            self._loaded[name] = _load_command(name)
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


def _load_command(name: str) -> Any:
    """Import the module of a command, and return the command, or the group of commands where it has an `app`."""
    module = import_module(f"probe.cli.{name}")
    if hasattr(module, "app"):
        return get_command(module.app)
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    settings = getattr(module, "CONTEXT_SETTINGS", None)
    app.command(name, cls=ProbeCommand, epilog=module.EXAMPLES, context_settings=settings)(getattr(module, name))
    return get_command(app)


class ProbeGroup(TranslatedHelp, TyperGroup):
    """A group of commands, listed with the first lines of their help."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options that stand before the command, then the commands."""
        _write_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the table of commands."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.about_commands(ctx)))

    def about_commands(self, ctx: Any) -> Iterator[tuple[str, str]]:
        """Yield the names of the commands with the first lines of their help."""
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            yield name, (command.help or "").partition("\n")[0] if command else ""


class CommandGroup(ProbeGroup):
    """The group of all commands."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**{**arguments, "commands": LazyCommands()})

    def make_context(self, *arguments: Any, **more: Any) -> Any:
        with documented_ends():
            return super().make_context(*arguments, **more)

    def invoke(self, ctx: Any) -> Any:
        with documented_ends():
            return super().invoke(ctx)

    def format_commands(self, _ctx: Any, formatter: Any) -> None:
        """Write the commands in their groups, without importing any."""
        width = max(map(len, COMMANDS))
        for title, names in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), COMMANDS[name]) for name in names])
