"""Scenario files that a test has written, and how they are refused."""

from pathlib import Path

import pytest

from probe.errors import UsageError
from probe.inputs.load_scenario import load_scenario

HEAD = "name: mine\nsteps:\n"
FIRST = "  - label: call1\n    prompt: Say it\n"


def refusal(tmp_path: Path, name: str, text: str) -> UsageError:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_scenario(str(path))
    assert caught.value.path == path
    assert str(caught.value).startswith(f"{path}:")
    return caught.value
