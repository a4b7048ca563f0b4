"""Parsing of an HTML report for tests."""

import re
from html.parser import HTMLParser

LOADING = frozenset(("src", "href", "xlink:href", "srcset", "action", "data", "poster", "background"))
EXTERNAL = re.compile(r"\s*(?:\w+:)?//")


def external_resources(tag: str, attributes: dict[str, str]) -> list[str]:
    return [f"{tag} {name}={url}" for name, url in attributes.items() if name in LOADING and EXTERNAL.match(url)]


class ParsedPage(HTMLParser):
    """The text, table rows and badges of a page, without charts; and the external resources that it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.language: str | None = None
        self.loaded: list[str] = []
        self.rows: list[list[str]] = []
        self.badges: list[str] = []
        self._text_pieces: list[str] = []
        self._hidden = 0
        self._into: list[str] | None = None
        self.feed(text)
        self.close()
        assert not self._hidden
        self.rows = [["".join(cell).strip() for cell in row] for row in self.rows]
        self.badges = ["".join(badge) for badge in self.badges]

    @property
    def text(self) -> str:
        return "".join(self._text_pieces)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        self.loaded += external_resources(tag, values)
        if tag == "html":
            self.language = values.get("lang")
        if tag in {"style", "script", "svg", "title"}:
            self._hidden += 1
        elif tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self._begin(self.rows[-1])
        elif values.get("class") == "badge":
            self._begin(self.badges)
        elif tag == "br":
            self._append("\n")
        if tag not in {"b", "i", "em", "code", "a"}:
            self._text_pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"style", "script", "svg", "title"}:
            self._hidden -= 1
        if tag in {"td", "th", "h3", "p"}:
            self._into = None

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        self._text_pieces.append(data)
        self._append(data)

    def _append(self, text: str) -> None:
        if self._into is not None:
            self._into[-1] += text

    def _begin(self, into: list[str]) -> None:
        into.append("")
        self._into = into
