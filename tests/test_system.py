import sys

import pytest

from probe.__main__ import main
from probe.errors import EnvironmentUnusableError
from probe.system import require_supported_system


def test_windows_is_refused_before_anything_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "probe.cli", None)  # its import would fail
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 4
    assert capsys.readouterr().err == (
        "probe: Windows is not supported\nUse Linux, for example in WSL 2. macOS is untested.\n"
    )


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_other_systems_are_not(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    require_supported_system()


def test_the_error_is_one_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(EnvironmentUnusableError, match="Windows"):
        require_supported_system()
