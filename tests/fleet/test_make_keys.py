"""The certificates of a fleet."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

pytest.importorskip("cryptography")

from probe.errors import EnvironmentUnusableError, UsageError
from probe.fleet import make_keys
from probe.fleet.make_keys import make_keys as make
from probe.fleet.tls_files import find_tls


def test_keys_are_private_and_each_member_has_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    members = make(folder, ["fra"])
    assert [member.member for member in members] == ["scheduler", "coordinator", "fra"]
    for path in [folder, *folder.rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
    assert not list(folder.glob("*/ca-key.pem")), "the authority's key stays where it is"
    assert find_tls(folder, "fra").key == find_tls(folder / "fra", "fra").key


def test_keys_that_are_there_stay_and_a_new_vantage_gets_its_own(tmp_path: Path) -> None:
    make(tmp_path / "keys", ["fra"])
    before = (tmp_path / "keys" / "fra" / "cert.pem").read_bytes()
    assert [member.is_new for member in make(tmp_path / "keys", ["fra", "sin"])] == [False, False, False, True]
    assert (tmp_path / "keys" / "fra" / "cert.pem").read_bytes() == before


def test_a_certificate_that_ended_is_said_and_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make_keys, "_LASTS", timedelta(hours=-1))
    make(tmp_path / "keys", ["fra"])
    with pytest.raises(UsageError, match=f"ended on {datetime.now(UTC) - timedelta(hours=1):%Y-%m-%d}"):
        find_tls(tmp_path / "keys", "fra")
    monkeypatch.undo()
    assert make(tmp_path / "keys", ["fra"])[2].is_new
    find_tls(tmp_path / "keys", "fra")


def test_a_certificate_is_renewed_in_its_last_month_and_one_of_another_authority_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for days, is_new in ((31, False), (29, True)):
        folder = tmp_path / str(days)
        with monkeypatch.context() as short:
            short.setattr(make_keys, "_LASTS", timedelta(days=days))
            make(folder, ["fra"])
        assert [member.is_new for member in make(folder, ["fra"])] == [is_new] * 3
    strange = tmp_path / "strange"
    make(strange, ["fra"])
    for name in ("cert.pem", "key.pem"):
        (tmp_path / "31" / "fra" / name).write_bytes((strange / "fra" / name).read_bytes())
    assert [member.is_new for member in make(tmp_path / "31", ["fra"])] == [False, False, True]


@pytest.mark.parametrize("name", ["ca.pem", "ca-key.pem"])
def test_an_authority_that_cannot_be_read_is_refused_and_stays(tmp_path: Path, name: str) -> None:
    make(tmp_path, [])
    (tmp_path / name).write_text("damaged")
    with pytest.raises(UsageError, match="cannot be read as an authority"):
        make(tmp_path, ["fra"])
    assert (tmp_path / name).read_text() == "damaged"
    assert not (tmp_path / "fra").exists()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentUnusableError, match="cannot be written"):
        make(tmp_path / "file" / "keys", [])
