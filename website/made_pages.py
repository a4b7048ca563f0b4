"""Write the pages that are made from the program when the site is built, so that they are true of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from typer.main import get_command

from probe.api.frames import CALL_COLUMNS
from probe.cli import app
from probe.cli.language import choose_language
from probe.cli.schema import Kind
from probe.model.choices import Language
from probe.model.fault_party import party_of
from probe.model.outcome import Flag, Outcome
from probe.reporting.json_schemas import json_schema
from probe.stats.call_table import COLUMNS as EXPORTED
from probe.store.parquet.history_schema import COLUMNS as OF_HISTORY
from probe.texts import Texts
from probe.texts.translations import translated
from probe.upstream import FAULTS, describe_params, describe_schedule
from website.column_meanings import MEANINGS
from website.navigation import LANGUAGES
from website.page_heads import HEADS

_QUERIED = (*OF_HISTORY, "month")
"""The columns that a query of the history sees."""
_COLUMNS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "failures": {"en": ("outcome", "means", "whose", "what to do"), "zh": ("结果", "含义", "谁处理", "怎么办")},
    "flags": {"en": ("flag", "means"), "zh": ("标记", "含义")},
    "faults": {"en": ("fault", "does"), "zh": ("故障", "表现")},
    "calls": {
        "en": ("column", "is", "export", "frame", "history"),
        "zh": ("列", "含义", "export", "数据框", "历史"),
    },
    "fields": {"en": ("field", "type", "always there"), "zh": ("字段", "类型", "必有")},
}
_SAID: Mapping[str, Mapping[str, str]] = {
    "calls": {"en": "## Columns of calls\n", "zh": "## 调用的列\n"},
    "json": {
        "en": "`probe schema KIND` prints the whole JSON Schema of each kind; these are the fields at its top.\n",
        "zh": "`probe schema KIND` 输出每一种的完整 JSON Schema；以下是最上层的字段。\n",
    },
    "line": {"en": "A line is one of: {names}.", "zh": "每一行是以下之一：{names}。"},
    "yes": {"en": "yes", "zh": "是"},
    "or": {"en": " or ", "zh": " 或 "},
    "list": {"en": "list of {item}", "zh": "{item} 的列表"},
}
"""Words of the page of formats."""


def commands(language: str) -> str:
    """Return the page with the help of every command."""
    choose_language(["--lang", language], {})
    root: Any = get_command(app)
    pages = [HEADS["commands"][language]]
    for words, context in _contexts(root, click.Context(root, info_name="probe", terminal_width=80)):
        pages.append(f"## {' '.join(words)}\n\n```text\n{context.get_help()}\n```\n")
    choose_language([], {})
    return "\n".join(pages)


def _contexts(command: Any, context: click.Context) -> Iterator[tuple[list[str], click.Context]]:
    """Yield a command, then those below it, with their names."""
    yield context.command_path.split(), context
    if hasattr(command, "list_commands"):
        for name in command.list_commands(context):
            below: Any = command.get_command(context, name)
            yield from _contexts(below, click.Context(below, info_name=name, parent=context))


def faults(language: str) -> str:
    """Return the page of the faults of the embedded upstream."""
    texts = Texts(Language(language))
    rows = []
    for name, kind in FAULTS.items():
        about = translated((kind.__doc__ or "").partition("\n")[0], texts)
        rows.append((f"`{name}({', '.join(describe_params(kind))})`", about))
    schedule = texts("upstream.schedule", schedule=", ".join(f"`{key}`" for key in describe_schedule()))
    return "\n".join([HEADS["faults"][language], schedule, "", *_table(_COLUMNS["faults"][language], rows), ""])


def failures(language: str) -> str:
    """Return the page of outcomes and flags: what they mean, who has to act, what to do."""
    texts = Texts(Language(language))
    rows = [_failure(outcome, texts) for outcome in Outcome if outcome is not Outcome.INTERRUPTED]
    flags = [(f"`{flag.value}`", texts(f"flag.{flag.value}")) for flag in Flag]
    page = [HEADS["failures"][language], *_table(_COLUMNS["failures"][language], rows), ""]
    return "\n".join([*page, *_table(_COLUMNS["flags"][language], flags), ""])


def _failure(outcome: Outcome, texts: Texts) -> tuple[str, str, str, str]:
    advice = {name: texts(f"advice.the_{name}") for name in ("host", "base_url", "model")}
    party = "–" if outcome is Outcome.OK else texts(f"fault.{party_of(outcome, None, passes=False).value}")
    remedy = "–" if outcome is Outcome.OK else texts(f"advice.{outcome.value}", **advice)
    return f"`{outcome.value}`", texts(f"outcome.{outcome.value}"), party, remedy


def formats(language: str) -> str:
    """Return the page of what the files hold: the columns of calls, and the fields of JSON."""
    columns = [_column(name, language) for name in all_columns()]
    page = [
        HEADS["formats"][language],
        _SAID["calls"][language],
        *_table(_COLUMNS["calls"][language], columns),
        "",
        "## JSON\n",
        _SAID["json"][language],
    ]
    for kind in Kind:
        page += [f"### {kind.value}\n", *_schema_table(json_schema(kind), language), ""]
    return "\n".join(page)


def decisions() -> str:
    """Return the list of the decisions, by their headings."""
    files = sorted((Path(__file__).parents[1] / "docs" / "decisions").glob("*.md"))
    titles = {file.name: file.read_text().partition("\n")[0].removeprefix("# ") for file in files}
    lines = [f"- [{title}]({name})" for name, title in titles.items()]
    about = "What was measured, what was refused, and why things are as they are. For those who change the project."
    return "\n".join(["# Decisions", "", about, "", *lines, ""])


def all_columns() -> list[str]:
    """Return the columns of calls, wherever they are."""
    return list(dict.fromkeys([*CALL_COLUMNS, *_QUERIED]))


def _column(name: str, language: str) -> tuple[str, ...]:
    meaning = MEANINGS[name][list(LANGUAGES).index(language)]
    places = (name in EXPORTED, name in CALL_COLUMNS, name in _QUERIED)
    return f"`{name}`", meaning, *(_SAID["yes"][language] if there else "" for there in places)


def _schema_table(schema: Mapping[str, Any], language: str) -> list[str]:
    if "properties" not in schema:
        names = [choice["$ref"].rpartition("/")[2] for choice in schema["oneOf"]]
        return [_SAID["line"][language].format(names=", ".join(f"`{name}`" for name in names))]
    required = schema.get("required", ())
    rows = [
        (f"`{name}`", _type(field, language), _SAID["yes"][language] if name in required else "")
        for name, field in schema["properties"].items()
    ]
    return _table(_COLUMNS["fields"][language], rows)


def _type(field: Mapping[str, Any], language: str) -> str:
    """Return the type of a field in a few words."""
    if "anyOf" in field:
        return _SAID["or"][language].join(dict.fromkeys(_type(choice, language) for choice in field["anyOf"]))
    if "$ref" in field:
        return f"`{field['$ref'].rpartition('/')[2]}`"
    if field.get("type") == "array" and isinstance(field.get("items"), dict) and field["items"]:
        return _SAID["list"][language].format(item=_type(field["items"], language))
    return str(field.get("type") or ("constant" if "const" in field else "any"))


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [heads, ("---",) * len(heads), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


MADE: Mapping[str, Callable[[], str]] = {
    "commands.md": lambda: commands("en"),
    "zh/commands.md": lambda: commands("zh"),
    "failures.md": lambda: failures("en"),
    "zh/failures.md": lambda: failures("zh"),
    "faults.md": lambda: faults("en"),
    "zh/faults.md": lambda: faults("zh"),
    "formats.md": lambda: formats("en"),
    "zh/formats.md": lambda: formats("zh"),
    "decisions/index.md": decisions,
}
"""The pages by their path below `docs`."""
