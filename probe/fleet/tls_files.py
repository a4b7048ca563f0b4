"""The certificate and the key of one member of a fleet."""

import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from probe.errors import UsageError

CA, CERTIFICATE, KEY = "ca.pem", "cert.pem", "key.pem"
SCHEDULER, COORDINATOR = "scheduler", "coordinator"
_REMEDY = "Make them with `probe fleet keys`, and copy the directory of this member to this machine."


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """The files by which a member proves who it is, and knows the others; and when its certificate ends."""

    ca: Path
    certificate: Path
    key: Path
    ends: datetime


def find_tls(folder: Path, member: str) -> TlsFiles:
    """Return the files of a member, in the directory or in the one below it that has the member's name.

    Raises UsageError for files that are missing, expired, or that others may read.
    """
    own = folder / member
    place = own if (own / KEY).exists() else folder
    for name in (CA, CERTIFICATE, KEY):
        if not (place / name).is_file():
            raise UsageError(f"there is no {name}", path=place, key="--tls", remedy=_REMEDY)
    key = place / KEY
    if key.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageError("others may read this key", path=key, key="--tls", remedy=f"chmod 600 {key}")
    ends = _end_of(place / CERTIFICATE)
    if ends < datetime.now(UTC):
        raise UsageError(
            f"the certificate ended on {ends:%Y-%m-%d}",
            path=place / CERTIFICATE,
            key="--tls",
            remedy="Make new ones with `probe fleet keys`.",
        )
    return TlsFiles(place / CA, place / CERTIFICATE, key, ends)


def _end_of(certificate: Path) -> datetime:
    try:
        return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    except (OSError, ValueError) as error:
        raise UsageError("cannot be read as a certificate", path=certificate, key="--tls", remedy=_REMEDY) from error
