"""The certificate and the key of a member."""

import shutil
from pathlib import Path

import pytest

pytest.importorskip("cryptography")

from probe.errors import UsageError
from probe.fleet.make_keys import make_keys as make
from probe.fleet.tls_files import find_tls


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    make(tmp_path / "keys", ["fra"])
    (tmp_path / "keys" / "fra" / "key.pem").chmod(0o644)
    with pytest.raises(UsageError, match="others may read this key"):
        find_tls(tmp_path / "keys", "fra")


@pytest.mark.parametrize("name", ["ca.pem", "cert.pem", "key.pem"])
def test_a_file_that_is_missing_is_named(tmp_path: Path, name: str) -> None:
    make(tmp_path / "keys", ["fra"])
    (tmp_path / "keys" / "fra" / name).unlink()
    folder = tmp_path / "keys" / "fra"
    with pytest.raises(UsageError, match=f"there is no {name}") as refused:
        find_tls(folder, "fra")
    assert (refused.value.path, refused.value.key) == (folder, "--tls")


def test_a_member_s_own_directory_is_enough_and_all_its_files_are_its_own(tmp_path: Path) -> None:
    make(tmp_path / "keys", ["fra"])
    shutil.copytree(tmp_path / "keys" / "fra", tmp_path / "copied")
    found = find_tls(tmp_path / "copied", "fra")
    assert {path.parent for path in (found.ca, found.certificate, found.key)} == {tmp_path / "copied"}


@pytest.mark.parametrize("content", [b"", b"no certificate", b"\xff\xfe"])
def test_what_is_no_certificate_is_refused(tmp_path: Path, content: bytes) -> None:
    make(tmp_path / "keys", ["fra"])
    (tmp_path / "keys" / "fra" / "cert.pem").write_bytes(content)
    with pytest.raises(UsageError, match="cannot be read as a certificate"):
        find_tls(tmp_path / "keys", "fra")
