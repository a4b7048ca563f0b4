"""A Chinese page has what its English one has: headings, code, tables, names; and links lead to pages in Chinese."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.readme_commands import shown_commands
from website.made_pages import MADE

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(path.name for path in (DOCS / "zh").glob("*.md"))
WRITTEN = {*PAGES, *(page.removeprefix("zh/") for page in MADE if page.startswith("zh/"))}
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"(^|\s+)# .*$")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_TO_ENGLISH = re.compile(r"\]\(\.\./([\w-]+\.md)[)#]")
_SAID_BY_THE_PROGRAM = frozenset({"", "text"})
"""Languages of blocks that hold what the program prints, which is in the page's own language."""


def english(name: str) -> str:
    return (DOCS / name).read_text()


def chinese(name: str) -> str:
    return (DOCS / "zh" / name).read_text()


def headings(text: str) -> list[int]:
    """Return the levels of the headings in their order."""
    return [len(marks) for marks in re.findall(r"^(#+) ", _FENCE.sub("", text), re.MULTILINE)]


def blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the language of each code block, and its commands or lines without comments."""
    for fence in _FENCE.finditer(text):
        if fence[1] == "console":
            yield fence[1], [command.replace(" --lang zh", "") for command in shown_commands(fence[0])]
        elif fence[1] in _SAID_BY_THE_PROGRAM:
            yield fence[1], []
        else:
            lines = (_COMMENT.sub("", line).rstrip() for line in fence[2].splitlines())
            yield fence[1], [line for line in lines if line]


def tables(text: str) -> list[int]:
    """Return how many lines each table has."""
    found = re.findall(r"(?:^\|.*\|$\n?)+", _FENCE.sub("", text), re.MULTILINE)
    return [table.count("\n|") + 1 for table in found]


def names(text: str) -> set[str]:
    """Return options, keys, files, outcomes and other names: what is code of one word within the text."""
    return {code for _, code in _CODE.findall(_FENCE.sub("", text)) if len(code.split()) == 1}


@pytest.mark.parametrize("name", PAGES)
def test_a_chinese_page_has_what_the_english_one_has(name: str) -> None:
    assert headings(chinese(name)) == headings(english(name))
    assert list(blocks(chinese(name))) == list(blocks(english(name)))
    assert tables(chinese(name)) == tables(english(name))
    assert names(english(name)) - names(chinese(name)) == set()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_links_to_the_other_language_and_else_stays_in_its_own(name: str) -> None:
    assert f"\n[中文](zh/{name})\n" in english(name)
    assert f"\n[English](../{name})\n" in chinese(name)
    assert (set(_TO_ENGLISH.findall(chinese(name))) - {name}) & WRITTEN == set()


def test_the_readme_links_to_pages_in_its_language() -> None:
    assert set(re.findall(r"\]\(docs/([\w-]+\.md)[)#]", (ROOT / "README.zh.md").read_text())) & WRITTEN == set()
