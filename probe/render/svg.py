"""Vega-Lite specifications as SVG: for a page, where colours come from the page's style sheet, and as files."""

import hashlib
import re
from html import escape
from typing import Any

from probe.render.palette import schemes

Spec = dict[str, Any]

_FONTS = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','PingFang SC','Microsoft YaHei',sans-serif"
_ROOT = re.compile(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"[^>]*>')
_TAG = re.compile(r"<[^>]*>")
_EMPTY = re.compile(r'<path class="(?:back|fore)ground"[^>]*?(?: d="(?:M0,0h0v0h0Z)?")[^>]*/>')
_NEEDLESS = re.compile(r' (?:font-family|pointer-events|aria-[a-z]+|role|class|opacity="1)(?:="[^"]*)?"')
_LONG = re.compile(r"(\.\d\d)\d+")
_ID = re.compile(r'(\bid="|url\(#|href="#)([^")]+)')


def svg(spec: Spec) -> str:
    """An `<svg>` to stand in a page: as wide as its place, named by the specification's description.

    Its ids are its own, so that several can stand in one page.
    """
    width, height, body = _drawn(spec)
    return f'<svg class="chart" viewBox="0 0 {width} {height}" {_name(spec)}>{body}'


def svg_file(spec: Spec) -> str:
    """A file that stands alone, with the colours of both schemes and a background."""
    width, height, body = _drawn(spec)
    style = f"{schemes()}svg{{background:var(--paper);color:var(--ink);font-family:{_FONTS}}}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f"{_name(spec)}><style>{style}</style>{body}\n"
    )


def _name(spec: Spec) -> str:
    return f'role="img" aria-label="{escape(spec.get("description", ""))}"'


def _drawn(spec: Spec) -> tuple[str, str, str]:
    """Width, height, and all that follows the opening tag, without what no reader sees."""
    import vl_convert  # noqa: PLC0415  # it starts a JavaScript engine

    drawn = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    root = _ROOT.match(drawn)
    if root is None:
        raise ValueError("not the SVG of a chart")
    own = hashlib.sha256(drawn.encode()).hexdigest()[:8]
    body = _ID.sub(rf"\g<1>{own}-\g<2>", _EMPTY.sub("", drawn[root.end() :]))
    return root[1], root[2], _TAG.sub(lambda tag: _LONG.sub(r"\1", _NEEDLESS.sub("", tag[0])), body)
