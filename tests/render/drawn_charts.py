"""Charts that are drawn, and read as a reader sees them."""

import re
from typing import Any
from xml.etree import ElementTree as ET

from probe.render import charts
from probe.texts import Texts
from tests.render.samples import section

EN = Texts()


SECTION = section()


DRAW = {
    "rounds": charts.rounds_chart,
    "ecdf": charts.ecdf_chart,
    "phases": charts.phases_chart,
    "outcomes": charts.outcomes_chart,
}


def drawn(spec: dict[str, Any]) -> ET.Element:
    """Parse a chart as XML, each sign where it is used."""
    root = ET.fromstring(charts.svg(spec).replace("<svg ", '<svg xmlns:xlink="http://www.w3.org/1999/xlink" ', 1))
    for parent in list(root.iter()):
        for defs in parent.findall("defs"):
            signs = {f"#{sign.get('id')}": sign for sign in defs if sign.tag == "path"}
            parent.remove(defs)
            for use in root.iter("use"):
                moved = {"transform": f"translate({use.get('x')},{use.get('y')})"}
                use.attrib = signs[use.get("href", "")].attrib | moved
    return root


def words(root: ET.Element) -> list[str]:
    """Return all texts of a chart."""
    return [(each.text or "").strip() for each in root.iter("text")]


def filled(root: ET.Element, colour: str) -> list[ET.Element]:
    """Return the shapes of a colour."""
    return [each for each in root.iter() if each.get("fill") == f"var(--{colour})"]


def place(element: ET.Element) -> tuple[float, float]:
    """Return where a sign stands."""
    x, y = re.findall(r"-?[\d.]+", element.get("transform", ""))[:2]
    return float(x), float(y)
