"""Find the Agent SDK without importing it."""

from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from probe.drivers import find_sdk
from probe.drivers.find_sdk import check_sdk, sdk_version
from probe.drivers.process import Cancel
from probe.errors import EnvironmentUnusableError


def test_an_sdk_that_is_missing_or_too_old_is_told_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr(find_sdk, "version", none)
    with pytest.raises(EnvironmentUnusableError, match="is not installed"):
        sdk_version()
    for found in ("0.1.9.post1", "0.2.185", "0.2"):
        monkeypatch.setattr(find_sdk, "version", lambda _, found=found: found)
        with pytest.raises(EnvironmentUnusableError, match=rf"claude-agent-sdk {found} is too old .* needs 0\.2\.186"):
            sdk_version()
    for found in ("0.2.186", "0.2.1000", "1.0", "0.3.0rc1"):
        monkeypatch.setattr(find_sdk, "version", lambda _, found=found: found)
        assert sdk_version() == found


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import no_such_part", "ModuleNotFoundError: No module named 'no_such_part'"),
        ("raise SystemExit('first\\nlast' + 'x' * 1000)", "last" + "x" * 296),
    ],
)
def test_a_program_that_does_not_load_the_sdk_is_told_by_its_last_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, told: str
) -> None:
    monkeypatch.setattr(find_sdk, "version", lambda _: "9.9.9")
    program = tmp_path / "program.py"
    program.write_text(code)
    with Cancel() as cancel, pytest.raises(EnvironmentUnusableError) as refused:
        check_sdk(program, b"ready".__eq__, {}, cancel)
    assert refused.value.message == f"claude-agent-sdk 9.9.9 cannot be loaded: {told}"
    program.write_text("print('ready', flush=True)\ninput()")
    with Cancel() as cancel:
        check_sdk(program, b"ready".__eq__, {}, cancel)
