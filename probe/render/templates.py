"""The templates and other assets of the page."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from probe.sanitise import printable


def template(name: str) -> Template:
    """Load a template that escapes what it is given, after taking control characters out."""
    return _environment().get_template(name)


@cache
def asset(name: str) -> str:
    """Return the text of an asset as it is."""
    return PackageLoader("probe.render", "assets").get_source(_environment(), name)[0]


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("probe.render", "assets"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _harmless(value: object) -> object:
    """Take control characters out of text; the environment escapes it afterwards."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
