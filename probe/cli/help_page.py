"""The help of a command in the language of the present command; Click's own page is the English one."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from shutil import get_terminal_size

from probe.render.text_layout import padded, width, wrapped
from probe.texts.translations import TRANSLATIONS

_INDENT = 2
_WIDEST_NAME = 30
_EXTRAS = re.compile(r"(?P<help>.*?)(?P<extras>  \[[^\[]*\])?", re.DOTALL)
"""The help of an option, and what Click adds: its default, its range, `required`."""
_PLACEHOLDERS = {"[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]..."}
"""The words of Click itself in the usage of any command."""
_VERBATIM = "\b"
"""Begins a paragraph of which each line stays as it is."""


def usage_words(words: str) -> str:
    """Return how a command is called, with Click's own words in Chinese."""
    for english, chinese in _PLACEHOLDERS.items():
        words = words.replace(english, chinese)
    return words


def extras_words(extras: str) -> str:
    """Return what Click adds to the help of an option, in Chinese."""
    extras = extras.replace("default: ", "默认：").replace("required", "必填")
    return extras.replace(" or more", " 或更多").replace(" to ", " 至 ")


class HelpPage:
    """Writes a page of help as Click's formatter does, translated, and with lines that fit Chinese too."""

    def __init__(self) -> None:
        self._columns = max(min(get_terminal_size().columns, 80) - 2, 50)
        self._indent = 0
        self._lines: list[str] = []

    def getvalue(self) -> str:
        """Return the page."""
        return "\n".join(self._lines) + "\n"

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Write a heading, and what comes within the context below it."""
        self.write_paragraph()
        self._lines.append(f"{' ' * self._indent}{self._translated(name)}：")
        with self.indentation():
            yield

    @contextmanager
    def indentation(self) -> Iterator[None]:
        """Write what comes within the context further to the right."""
        self._indent += _INDENT
        yield
        self._indent -= _INDENT

    def write_paragraph(self) -> None:
        """Write an empty line, except at the beginning."""
        if self._lines:
            self._lines.append("")

    def write_usage(self, program: str, words: str = "") -> None:
        """Write how the command is called."""
        head = f"{self._translated('Usage')}：{program} "
        self._lines += wrapped(usage_words(words), self._columns, head=head, indent=_INDENT)

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        margin = " " * self._indent
        for place, paragraph in enumerate(text.split("\n\n")):
            if place:
                self._lines.append("")
            if paragraph.startswith(_VERBATIM):
                self._lines += [margin + self._translated(line) for line in paragraph.splitlines()[1:]]
            else:
                words = self._translated(" ".join(paragraph.split()))
                self._lines += wrapped(words, self._columns, head=margin, indent=self._indent)

    def write_dl(self, rows: Sequence[tuple[str, str]]) -> None:
        """Write names, and beside each what it stands for."""
        longest = max((width(name) for name, _ in rows), default=0)
        column = self._indent + min(longest, _WIDEST_NAME) + _INDENT
        for name, text in rows:
            head = padded(" " * self._indent + name, column)
            if width(head) > column:
                self._lines.append(head.rstrip())
                head = " " * column
            self._lines += wrapped(self._of_option(text), self._columns, head=head, indent=column)

    def _of_option(self, text: str) -> str:
        """Translate the help of an option, without what Click adds."""
        found = _EXTRAS.fullmatch(text)
        if found is None:
            return self._translated(text)
        return self._translated(found["help"]) + extras_words(found["extras"] or "")

    @staticmethod
    def _translated(text: str) -> str:
        return TRANSLATIONS.get(text, text)
