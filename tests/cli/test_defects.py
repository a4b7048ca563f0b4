"""Commands that failed end with a message, their exit code, and the traceback of a defect in a file."""

import pytest

from probe.cli import scenarios
from tests.conftest import Probe


def test_a_defect_is_said_in_a_few_words_with_its_traceback_in_a_file(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("nobody thought of a-secret-of-mine")

    monkeypatch.setattr(scenarios, "put", fail)
    ran = probe("scenarios", "list", code=1, ANTHROPIC_AUTH_TOKEN="a-secret-of-mine")
    assert ran.err.startswith("probe: a defect in probe: RuntimeError: nobody thought of")
    (kept,) = (probe.folder / "tmp").glob("probe-defect-*.txt")
    assert str(kept) in ran.err
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "in fail" in kept.read_text()
    assert "a-secret-of-mine" not in kept.read_text()


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (OSError(36, "File name too long", "x" * 300), 4, "File name too long"),
        (PermissionError(13, "Permission denied", "/somewhere"), 4, "probe: Permission denied: /somewhere"),
        (MemoryError(), 4, "not enough memory"),
        (EOFError("no more"), 1, "a defect in probe: EOFError"),
        (BrokenPipeError(32, "Broken pipe"), 1, "a defect in probe: BrokenPipeError"),
        (KeyboardInterrupt(), 130, "probe: interrupted"),
    ],
)
def test_how_a_command_ends_that_met_what_it_did_not_expect(
    probe: Probe, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(scenarios, "put", fail)
    assert said in probe("scenarios", "list", code=code).err
