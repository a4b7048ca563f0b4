"""`probe show`: the report of a run in the browser."""

import os
import sys
import webbrowser
from collections.abc import Mapping
from typing import Annotated

import typer

from probe.cli.common import put, say
from probe.cli.language import present_texts
from probe.cli.options import DEFAULT_OUT, OutOption, RunArgument

EXAMPLES = """\b
Examples:
  probe show
  probe show latest~1 --lang zh
  scp "relay-host:$(ssh relay-host probe show --print)" ."""


def show(
    run: RunArgument = None,
    only_print: Annotated[bool, typer.Option("--print", help="Print the path of the page, and open nothing.")] = False,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Open the report of a run in the browser. Also: `probe open`.

    The page is made again where the run has grown, or for another language. Over SSH and without a display its path is
    printed instead.
    """
    from probe.reporting.find_runs import find_run
    from probe.reporting.report_page import fresh_page

    texts = present_texts()
    page = fresh_page(find_run(run, out), texts.language).absolute()
    if only_print:
        put(str(page))
        return
    obstacle = _obstacle(os.environ, sys.platform)
    if obstacle is None and not webbrowser.open(page.as_uri()):
        obstacle = "show.no_browser"
    if obstacle is None:
        say(texts("show.opened", page=page))
        return
    say(texts(obstacle))
    put(str(page))


def _obstacle(environment: Mapping[str, str], system: str) -> str | None:
    """Return the text that says why no browser can be opened, if none can: it might take over the terminal."""
    if environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
        return "show.ssh"
    needs_display = system.startswith("linux") and not environment.get("WSL_DISTRO_NAME")
    has_display = any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
    return "show.no_display" if needs_display and not has_display else None
