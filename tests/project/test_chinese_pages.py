"""A Chinese page has what its English one has: parts, code, names; and its links lead to pages in Chinese."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.readme_commands import shown_commands
from website.made_pages import MADE
from website.page_heads import HEADS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(path.name for path in (DOCS / "zh").glob("*.md"))
WRITTEN = {*PAGES, *(page.removeprefix("zh/") for page in MADE if page.startswith("zh/"))}
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"(^|\s+)# .*$")
_ITEM = re.compile(r"- |\d+\. ")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_FIGURE = re.compile(r"(?<![\w.])\d+(?:\.\d+)+(?! million)")
_TO_ENGLISH = re.compile(r"\]\(\.\./([\w-]+\.md)[)#]")
_SAID_BY_THE_PROGRAM = frozenset({"", "text"})
"""Languages of blocks that hold what the program prints, which is in the page's own language."""


def english(name: str) -> str:
    return (DOCS / name).read_text()


def chinese(name: str) -> str:
    return (DOCS / "zh" / name).read_text()


def outline(text: str) -> list[str]:
    """Return what the parts of a page are: headings of a level, paragraphs, lists and tables of a length."""
    return [_outlined(part) for part in re.split(r"\n\s*\n", _FENCE.sub("\n", text)) if part.strip()]


def _outlined(part: str) -> str:
    lines = part.strip("\n").splitlines()
    if lines[0].startswith("|"):
        return f"table of {len(lines)} lines"
    if _ITEM.match(lines[0]):
        return f"list of {sum(bool(_ITEM.match(line)) for line in lines)}"
    heading = re.match("#+ ", lines[0])
    return f"heading {heading[0]}" if heading else "paragraph"


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


def names(text: str) -> set[str]:
    """Return options, keys, files, outcomes and other names: what is code of one word within the text."""
    return {code for _, code in _CODE.findall(_FENCE.sub("", text)) if len(code.split()) == 1}


def figures(text: str) -> set[str]:
    """Return the measured figures with decimals, and versions, of the text; Chinese says millions in another unit."""
    return set(_FIGURE.findall(_FENCE.sub("", text)))


def test_each_page_is_there_in_chinese() -> None:
    assert sorted(path.name for path in DOCS.glob("*.md")) == PAGES


@pytest.mark.parametrize("name", PAGES)
def test_a_chinese_page_has_what_the_english_one_has(name: str) -> None:
    assert outline(chinese(name)) == outline(english(name))
    assert list(blocks(chinese(name))) == list(blocks(english(name)))
    assert names(english(name)) - names(chinese(name)) == set()
    assert figures(english(name)) - figures(chinese(name)) == set()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_links_to_the_other_language_and_else_stays_in_its_own(name: str) -> None:
    assert f"\n[中文](zh/{name})\n" in english(name)
    assert f"\n[English](../{name})\n" in chinese(name)
    assert (set(_TO_ENGLISH.findall(chinese(name))) - {name}) & WRITTEN == set()


def test_a_made_page_links_to_pages_in_its_language() -> None:
    for heads in HEADS.values():
        assert set(_TO_ENGLISH.findall(heads["zh"])) & WRITTEN == set()


def test_the_readme_links_to_pages_in_its_language() -> None:
    assert set(re.findall(r"\]\(docs/([\w-]+\.md)[)#]", (ROOT / "README.zh.md").read_text())) & WRITTEN == set()
