"""Vega-Lite specifications as SVG: for a page, where colours come from the page's style sheet, and as files."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from html import escape
from itertools import groupby
from typing import Any

from probe.render.palette import schemes

Spec = dict[str, Any]
Draw = Callable[[Spec], str]
"""Draws a specification as an SVG file, as `draw_here` does. Raises ValueError for one that cannot be drawn."""
LINK_TO_CALL = '<a class="to-call"'

_FONTS = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','PingFang SC','Microsoft YaHei',sans-serif"
_ROOT = re.compile(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"[^>]*>')
_TAG = re.compile(r"<[^>]*>")
_EMPTY = re.compile(r'<path class="(?:back|fore)ground"[^>]*?(?: d="(?:M0,0h0v0h0Z)?")[^>]*/>')
_NEEDLESS = re.compile(r' (?:font-family|pointer-events|aria-[a-z]+|role|class|opacity="1)(?:="[^"]*)?"')
_LONG = re.compile(r"(\.\d\d)\d+")
_ID = re.compile(r'(\bid="|url\(#|href="#)([^")]+)')
_LINK = re.compile(r'<a xlink:href="[^"#]*(#[^"]*)?">(.*?)</a>')
_SIGN = re.compile(r'<path transform="translate\(([^,"]+),([^)"]+)\)" (d="[^"]*"[^>]*)/>')
_LINE = re.compile(
    r'<line transform="translate\((?P<from>[^)"]+)\)" x2="(?P<x>[^"]*)" y2="(?P<y>[^"]*)"(?P<style>[^>]*)/>'
)
_AREA = re.compile(r'<path d="(?P<course>M[^"]*Z)"(?P<style>[^>]*)/>')
_NEIGHBOURS = re.compile(r"(?:<[^>]*/>){2,}")
_OFTEN = 3
"""A sign that is drawn at least so often is defined once and referred to."""


def draw_here(spec: Spec) -> str:
    """Draw in this process, whose first chart waits half a second for the start of a JavaScript engine."""
    import vl_convert  # noqa: PLC0415  # it starts the engine

    return vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])


def svg(spec: Spec, draw: Draw = draw_here) -> str:
    """Draw an `<svg>` to stand in a page: as wide as its place, named by the specification's description.

    Its ids are its own, so that several can stand in one page. One with links is no image to a screen reader: it is
    hidden, and the description has to stand beside it.
    """
    width, height, body = _drawn(spec, draw)
    name = 'aria-hidden="true"' if LINK_TO_CALL in body else _name(spec)
    return f'<svg class="chart" viewBox="0 0 {width} {height}" {name}>{body}'


def svg_file(spec: Spec, draw: Draw = draw_here) -> str:
    """Draw a file that stands alone, with the colours of both schemes and a background."""
    width, height, body = _drawn(spec, draw)
    style = f"{schemes()}svg{{background:var(--paper);color:var(--ink);font-family:{_FONTS}}}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f"{_name(spec)}><style>{style}</style>{body}\n"
    )


def _name(spec: Spec) -> str:
    return f'role="img" aria-label="{escape(spec.get("description", ""))}"'


def _drawn(spec: Spec, draw: Draw) -> tuple[str, str, str]:
    """Return width, height, and all that follows the opening tag, without what no reader sees."""
    drawn = draw(spec)
    root = _ROOT.match(drawn)
    if root is None:
        raise ValueError("not the SVG of a chart")
    own = hashlib.sha256(drawn.encode()).hexdigest()[:8]
    body = _TAG.sub(lambda tag: _LONG.sub(r"\1", _NEEDLESS.sub("", tag[0])), _EMPTY.sub("", drawn[root.end() :]))
    return root[1], root[2], _LINK.sub(_link, _ID.sub(rf"\g<1>{own}-\g<2>", _compact(body)))


def _link(drawn: re.Match[str]) -> str:
    """Return a link to a place in the page, for the pointer alone; without a place only what it holds."""
    place, inside = drawn[1], drawn[2]
    return f'{LINK_TO_CALL} tabindex="-1" href="{place}">{inside}</a>' if place else inside


def _compact(body: str) -> str:
    """Shorten a picture to a third of its bytes: hundreds of dots, lines and areas differ in their place only."""
    body = _NEIGHBOURS.sub(lambda run: "".join(_joined(run[0])), body)
    often = [look for look, times in Counter(sign[3] for sign in _SIGN.finditer(body)).items() if times >= _OFTEN]
    names = {look: f"sign{number}" for number, look in enumerate(often)}

    def used(sign: re.Match[str]) -> str:
        return f'<use href="#{names[sign[3]]}" x="{sign[1]}" y="{sign[2]}"/>' if sign[3] in names else sign[0]

    defined = "".join(f'<path id="{name}" {look}/>' for look, name in names.items())
    return (f"<defs>{defined}</defs>" if defined else "") + _SIGN.sub(used, body)


def _joined(neighbours: str) -> Iterator[str]:
    """Yield one path for all lines, or areas, that stand in a row and look alike."""
    for style, same in groupby(_TAG.findall(neighbours), _style):
        tags = list(same)
        yield "".join(tags) if style is None or len(tags) == 1 else f'<path d="{"".join(map(_course, tags))}"{style}/>'


def _style(tag: str) -> str | None:
    """Return the style of a line or an area; None for all else."""
    drawn = _LINE.fullmatch(tag) or _AREA.fullmatch(tag)
    return drawn["style"] if drawn else None


def _course(tag: str) -> str:
    if line := _LINE.fullmatch(tag):
        return f"M{line['from']}l{line['x']},{line['y']}"
    area = _AREA.fullmatch(tag)
    return area["course"] if area else ""
