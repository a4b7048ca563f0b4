"""`probe show`: the page that it opens, and what it does where there is no browser."""

import shlex
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import Probe
from tests.truth import FEW

PAGE = "report.html"


def with_variables(probe: Probe, variables: dict[str, str]) -> Probe:
    return replace(probe, environment={**probe.environment, **variables})


@pytest.fixture
def run(probe: Probe, quick: None) -> Path:
    """Write a run."""
    return FEW.runs[0].write(probe.folder / "reports" / "runs")


@pytest.fixture
def browser(probe: Probe) -> Probe:
    """Return `probe` with a browser that writes down what it is to open."""
    script = probe.folder / "browser"
    script.write_text(f'#!/bin/sh\necho "$1" >> {shlex.quote(str(probe.folder / "opened"))}\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return with_variables(probe, {"BROWSER": f"{script} %s"})


def test_the_page_is_made_and_opened(probe: Probe, run: Path, browser: Probe) -> None:
    for command in ("show", "open"):
        assert f"opened: {run / PAGE}" in browser.alone(command).err
    assert (probe.folder / "opened").read_text().splitlines() == [(run / PAGE).as_uri()] * 2
    assert "<!doctype html>" in (run / PAGE).read_text()


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "There is no display here"),
        ({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22", "DISPLAY": "localhost:10.0"}, "This is an SSH session"),
        ({"BROWSER": "/does/not/exist"}, "No browser could be started"),
    ],
)
def test_where_no_browser_can_be_opened_the_path_is_printed(
    probe: Probe, run: Path, variables: dict[str, str], said: str
) -> None:
    ran = with_variables(probe, variables).alone("show")
    assert said in ran.err
    assert ran.out.strip() == str(run / PAGE)
