"""The manual page of a command, in roff, from the same declarations as its help."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from probe import __version__
from probe.cli.help_page import extras_words, usage_words
from probe.model.choices import Language
from probe.texts import Texts
from probe.texts.translations import translated

_VERBATIM = "\b"
"""Begins a paragraph of which each line stays as it is."""
_EXTRAS = re.compile(r"(?P<help>.*?)(?P<extras>  \[[^\[]*\])?", re.DOTALL)
"""The help of an option, and what Click adds: its default, its range, `required`."""


def roff(text: str) -> str:
    """Return the text so that roff shows it as it is, on one line."""
    plain = " ".join(text.split()).replace("\\", "\\(rs").replace("-", "\\-").replace("'", "\\(aq")
    return f"\\&{plain}" if plain.startswith(".") else plain


class ManPage:
    """Takes what a command writes as its help, as Click's formatter does, and makes a page of the manual of it."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._lines: list[str] = []

    def getvalue(self) -> str:
        """Return the page."""
        return "\n".join(self._lines) + "\n"

    def write_title(self, name: str, summary: str) -> None:
        """Write the title, which names the page and says in a line what the command does."""
        page = name.replace(" ", "-")
        self._lines += [f'.TH "{page.upper()}" 1 "" "probe {__version__}" "probe"', ".ad l", ".nh"]
        self._write_heading(self._texts("man.name"))
        self._lines.append(f"{roff(page)} \\- {roff(translated(summary, self._texts).rstrip('.。'))}")

    def write_usage(self, program: str, words: str = "") -> None:
        """Write how the command is called; what follows describes it."""
        self._write_heading(self._texts("man.synopsis"))
        self._lines += [f".B {roff(program)}", roff(self._in_words(words, usage_words))]
        self._write_heading(self._texts("man.description"))

    def _in_words(self, clicks: str, chinese: Callable[[str], str]) -> str:
        """Return what Click writes, in the language of the page."""
        return clicks if self._texts.language is Language.EN else chinese(clicks)

    def write_paragraph(self) -> None:
        """Begin a paragraph, where no heading begins one."""
        if not self._lines[-1].startswith(".SH"):
            self._lines.append(".PP")

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        for place, paragraph in enumerate(text.split("\n\n")):
            if place:
                self.write_paragraph()
            if paragraph.startswith(_VERBATIM):
                self._write_examples(paragraph.splitlines()[1:])
            else:
                self._lines.append(roff(translated(" ".join(paragraph.split()), self._texts)))

    def _write_examples(self, lines: Sequence[str]) -> None:
        """Write lines as they are below a heading, which is the first of them."""
        self._write_heading(translated(lines[0], self._texts).rstrip(":："))
        self._lines += [".nf", *(roff(line) for line in lines[1:]), ".fi"]

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Write a heading, and what comes within the context below it."""
        self._write_heading(translated(name, self._texts))
        yield

    @contextmanager
    def indentation(self) -> Iterator[None]:
        """Leave it to the style of manual pages how far text stands to the right."""
        yield

    def write_dl(self, rows: Sequence[tuple[str, str]]) -> None:
        """Write names, and beside each what it stands for."""
        for name, text in rows:
            self._lines += [".TP", f".B {roff(name)}", self._of_option(text)]

    def write_references(self, names: Sequence[str]) -> None:
        """Write which other pages belong to this one."""
        if names:
            self._write_heading(self._texts("man.see_also"))
            self._lines.append(", ".join(f"\\fB{roff(name)}\\fR(1)" for name in names))

    def _write_heading(self, text: str) -> None:
        self._lines.append(f".SH {roff(text).upper()}")

    def _of_option(self, text: str) -> str:
        """Return the help of an option, translated, with what Click adds in italics."""
        found = _EXTRAS.fullmatch(text)
        help_text, extras = (found["help"], found["extras"]) if found else (text, None)
        words = roff(translated(help_text, self._texts))
        return f"{words} \\fI{roff(self._in_words(extras, extras_words))}\\fR" if extras else words


def manual_page(names: Sequence[str], root: Any, texts: Texts) -> str:
    """Return the page of the command with these names below the program's own; of the program where there are none."""
    context = _context(names, root)
    command, page = context.command, ManPage(texts)
    page.write_title(context.command_path, (command.help or "").partition("\n")[0])
    command.format_help(context, page)
    page.write_references(_related(names, command))
    return page.getvalue()


def page_names(root: Any) -> Iterator[tuple[str, ...]]:
    """Yield the names of every command, an empty tuple for the program itself first."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), root)]
    while waiting:
        names, command = waiting.pop(0)
        yield names
        waiting += [((*names, name), each) for name, each in getattr(command, "commands", {}).items()]


def _context(names: Sequence[str], root: Any) -> Any:
    """Return the context of a command, as if it were called. Raises KeyError for a name that no command has."""
    context = root.context_class(root, info_name="probe")
    for name in names:
        command = getattr(context.command, "commands", {})[name]
        context = command.context_class(command, info_name=name, parent=context)
    return context


def _related(names: Sequence[str], command: Any) -> list[str]:
    """Return the pages of the commands above and below."""
    words = ("probe", *names)
    above = ["-".join(words[:end]) for end in range(1, len(words))]
    return [*above, *("-".join((*words, name)) for name in getattr(command, "commands", ()))]
