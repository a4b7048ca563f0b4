"""`probe trend`: the nights that were kept, and nothing made up where there are none."""

from pathlib import Path

import pytest

from probe.cli.trend import trend


def test_no_nights(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trend(tmp_path / "none", chart=tmp_path / "chart.svg")
    out, err = capsys.readouterr()
    assert out == "No nights yet.\n"
    assert f"{tmp_path / 'none'}: there is no such directory" in err
    assert f"{tmp_path / 'chart.svg'}: not written, since there is no night to draw" in err
    assert not (tmp_path / "chart.svg").exists()


def test_a_directory_without_nights_is_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trend(tmp_path)
    assert capsys.readouterr().err == ""
