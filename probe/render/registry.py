"""The formats of reports by name: a new one is a module with a function, and an entry here.

Importing this module imports none of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from probe.model.recorded_report import RecordedReport
    from probe.model.report_sections import Report
    from probe.render.svg import Draw
    from probe.texts import Texts


@dataclass(frozen=True)
class Renderer:
    """A format of reports.

    `function`, written `module:function`, takes a report and Texts and returns the text. `waterfalls` says whether it
    shows the exchanges of single calls, which are read from the store only where they are wanted; `charts`, whether the
    function also takes what draws its charts.
    """

    function: str
    waterfalls: bool = False
    charts: bool = False

    def render(self, report: "Report | RecordedReport", texts: "Texts", draw: "Draw | None" = None) -> str:
        """Return the report as text of this format, its charts drawn by `draw`. Imports the module that writes it."""
        function: Callable[..., str] = resolve_name(self.function)
        return function(report, texts, draw) if self.charts and draw else function(report, texts)


RENDERERS: dict[str, Renderer] = {
    "markdown": Renderer("probe.render.markdown:render_markdown"),
    "html": Renderer("probe.render.html:render_html", waterfalls=True, charts=True),
    "json": Renderer("probe.render.json_report:render_json", waterfalls=True),
    "junit": Renderer("probe.render.junit:render_junit"),
}

RECORDED_RENDERERS: dict[str, Renderer] = {
    "markdown": Renderer("probe.render.recorded_markdown:render_recorded_markdown"),
    "html": Renderer("probe.render.recorded_html:render_recorded_html", waterfalls=True, charts=True),
    "json": Renderer("probe.render.json_report:render_json", waterfalls=True),
}
"""The formats of the report of a recording."""
