"""Certificates of an authority that a test makes."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

_AS_IT_IS = PrivateFormat.PKCS8, NoEncryption()


class Authority:
    """An authority, whose own certificate is in `file`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "authority.pem"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(f"An authority of {folder.name}")
        own = self._signed(
            self._name,
            self._key.public_key(),
            timedelta(days=1),
            x509.BasicConstraints(ca=True, path_length=0),
        )
        self.file.write_bytes(own)

    def issue(self, name: str, good_for: timedelta = timedelta(days=1)) -> tuple[Path, Path]:
        """Return the files of a certificate for an IP address or a host, and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        signed = self._signed(_named(name), key.public_key(), good_for, _alternative(name))
        certificate, private = self.folder / "certificate.pem", self.folder / "key.pem"
        certificate.write_bytes(signed)
        private.write_bytes(key.private_bytes(Encoding.PEM, *_AS_IT_IS))
        return certificate, private

    def _signed(
        self,
        name: x509.Name,
        key: ec.EllipticCurvePublicKey,
        good_for: timedelta,
        extension: x509.ExtensionType,
    ) -> bytes:
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder(self._name, name, key, x509.random_serial_number())
            .not_valid_before(now - timedelta(days=2))
            .not_valid_after(now + good_for)
            .add_extension(extension, critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        )
        return made.sign(self._key, SHA256()).public_bytes(Encoding.PEM)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def _alternative(name: str) -> x509.SubjectAlternativeName:
    try:
        return x509.SubjectAlternativeName([x509.IPAddress(ip_address(name))])
    except ValueError:
        return x509.SubjectAlternativeName([x509.DNSName(name)])
