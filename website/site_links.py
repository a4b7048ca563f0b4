"""Look at a built site without a network: links and anchors that lead nowhere, and what is loaded from other hosts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_ADDRESS = {
    "a": "href",
    "script": "src",
    "img": "src",
    "link": "href",
    "iframe": "src",
    "source": "srcset",
    "object": "data",
}
"""The attribute that holds an element's address."""
_LOADED_LINKS = frozenset({"stylesheet", "icon", "preload", "modulepreload", "preconnect"})


@dataclass
class PageLinks(HTMLParser):
    """The links of a page, its anchors, and the addresses that a browser loads with it."""

    links: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    loaded: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in an element."""
        named = {name: value for name, value in attrs if value}
        self.anchors |= {named[name] for name in ("id", "name") if name in named}
        address = named.get(_ADDRESS.get(tag, ""))
        if address and tag == "a":
            self.links.append(address)
        elif address and (tag != "link" or named.get("rel") in _LOADED_LINKS):
            self.loaded.append(address)


@cache
def read_page(page: Path) -> PageLinks:
    """Return the links of a page of the site."""
    links = PageLinks()
    links.feed(page.read_text())
    return links


def dead_links(site: Path) -> Iterator[str]:
    """Yield each link of the site to a file or an anchor that is not there, as `page: link`."""
    for page in _own_pages(site):
        for link in (*read_page(page).links, *read_page(page).loaded):
            if not _leads_somewhere(link, page, site):
                yield f"{page.relative_to(site)}: {link}"


def foreign_resources(site: Path) -> Iterator[str]:
    """Yield whatever a page would load from another host, as `page: loads address`."""
    for page in _own_pages(site):
        for address in read_page(page).loaded:
            if urlsplit(address).netloc:
                yield f"{page.relative_to(site)}: loads {address}"


def _own_pages(site: Path) -> Iterator[Path]:
    """Yield the pages that are made here; reports of examples have their own tests.

    A page for what is not there is served anywhere, so its links are those of the site's root.
    """
    pages = (page for page in sorted(site.rglob("*.html")) if page.name != "404.html")
    return (page for page in pages if "files" not in page.relative_to(site).parts)


def _leads_somewhere(link: str, page: Path, site: Path) -> bool:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return True
    place = site / parts.path.lstrip("/") if parts.path.startswith("/") else page.parent / unquote(parts.path)
    target = (place if parts.path else page).resolve()
    if target.is_dir():
        target /= "index.html"
    if not target.is_file():
        return False
    return not parts.fragment or target.suffix != ".html" or unquote(parts.fragment) in read_page(target).anchors
