"""Reads a page as a document; an element that is not closed in order is an error."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from probe.model.report_sections import Report
from probe.render.html import render_html
from probe.texts import Texts
from tests.render.samples import report

VOID = {"meta", "input", "br", "link", "img"}


@dataclass
class Element:
    """An element of a page, and what stands in it."""

    tag: str
    attributes: dict[str, str | None]
    parent: "Element | None" = None
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        parts = (child if isinstance(child, str) else child.text for child in self.children)
        return " ".join(" ".join(parts).split())

    def all(self, *tags: str) -> list["Element"]:
        """Elements below with one of these names, in order."""
        found: list[Element] = []
        for child in self.children:
            if isinstance(child, Element):
                found += ([child] if not tags or child.tag in tags else []) + child.all(*tags)
        return found

    def with_class(self, name: str) -> list["Element"]:
        return [each for each in self.all() if name in (each.attributes.get("class") or "").split()]


class Reader(HTMLParser):
    """Builds the tree; an element that is not closed in order is an error."""

    def __init__(self) -> None:
        super().__init__()
        self.root = self.here = Element("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs), self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.children.append(Element(tag, dict(attrs), self.here))

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.here.tag, f"</{tag}> closes <{self.here.tag}>"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def read(html: str) -> Element:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.here is reader.root, f"<{reader.here.tag}> is never closed"
    return reader.root


def page(made: Report | None = None, texts: Texts | None = None) -> Element:
    return read(render_html(made or report(), texts or Texts()))


def table(root: Element, caption: str) -> list[list[str]]:
    """Return the rows of the first table with this caption, head included."""
    found = next(each for each in root.all("table") if each.all("caption")[0].text == caption)
    return [[cell.text for cell in row.all("th", "td")] for row in found.all("tr")]
