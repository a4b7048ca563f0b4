"""Make the certificates of a fleet: an authority, and one for each member, which all prove themselves to each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from probe.errors import EnvironmentUnusableError, UsageError
from probe.fleet.tls_files import CA, CERTIFICATE, COORDINATOR, KEY, SCHEDULER
from probe.store.files import write_atomically

CA_KEY = "ca-key.pem"
_CA_LASTS = timedelta(days=3650)
_LASTS = timedelta(days=397)
_RENEWED_BEFORE = timedelta(days=30)
_SKEW = timedelta(days=1)
"""Clocks of other machines may be behind."""


@dataclass(frozen=True, slots=True)
class MemberKeys:
    """The directory of a member's files. `is_new`: they were made just now."""

    member: str
    folder: Path
    ends: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Authority:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def make_keys(folder: Path, vantages: Sequence[str]) -> tuple[MemberKeys, ...]:
    """Make what is missing, or ends within a month: the authority, and the files of each member. Raises ProbeError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        authority = _authority(folder)
        return tuple(_member(folder, authority, member) for member in (SCHEDULER, COORDINATOR, *vantages))
    except OSError as error:
        raise EnvironmentUnusableError(f"cannot be written: {error.strerror}", path=folder) from error


def _authority(folder: Path) -> _Authority:
    place, key_place = folder / CA, folder / CA_KEY
    if place.exists() and key_place.exists():
        try:
            certificate = x509.load_pem_x509_certificate(place.read_bytes())
            key = serialization.load_pem_private_key(key_place.read_bytes(), None)
        except ValueError as error:
            raise UsageError("cannot be read as an authority of `probe fleet keys`", path=folder) from error
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return _Authority(certificate, key)
        raise UsageError("cannot be read as an authority of `probe fleet keys`", path=folder)
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("probe fleet")
    certificate = (
        _builder(name, name, key.public_key(), _CA_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    write_atomically(key_place, _key_bytes(key))
    write_atomically(place, certificate.public_bytes(serialization.Encoding.PEM))
    return _Authority(certificate, key)


def _member(folder: Path, authority: _Authority, member: str) -> MemberKeys:
    place = folder / member
    place.mkdir(mode=0o700, exist_ok=True)
    place.chmod(0o700)
    ends = next(_kept_end(place, authority), None)
    if ends is not None:
        return MemberKeys(member, place, ends, is_new=False)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder(_name(f"probe fleet {member}"), authority.certificate.subject, key.public_key(), _LASTS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
        )
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    write_atomically(place / KEY, _key_bytes(key))
    write_atomically(place / CERTIFICATE, certificate.public_bytes(serialization.Encoding.PEM))
    write_atomically(place / CA, authority.certificate.public_bytes(serialization.Encoding.PEM))
    return MemberKeys(member, place, certificate.not_valid_after_utc, is_new=True)


def _kept_end(place: Path, authority: _Authority) -> Iterator[datetime]:
    """Yield when the certificate that is there ends, where it is good for a while."""
    if not all((place / name).exists() for name in (CA, CERTIFICATE, KEY)):
        return
    try:
        certificate = x509.load_pem_x509_certificate((place / CERTIFICATE).read_bytes())
        certificate.verify_directly_issued_by(authority.certificate)
    except Exception:  # noqa: BLE001 - of whatever kind: it is made anew
        return
    if certificate.not_valid_after_utc - datetime.now(UTC) > _RENEWED_BEFORE:
        yield certificate.not_valid_after_utc


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, lasts: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _key_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
