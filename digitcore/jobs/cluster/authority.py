"""Makes a cluster's certificates: its own authority, and what that signs for each process that may speak there.

To be imported late: it takes a while, and only who starts a cluster needs it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from digitcore.jobs.cluster.certificates import Role

_CURVE = ec.SECP256R1()
_CALLS, _IS_CALLED = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH
_CLOCKS_APART = timedelta(days=1)  # a machine whose clock is behind must not take a new certificate for a future one


@dataclass(frozen=True)
class Authority:
    """Signs the certificates of one cluster; who has its key lets others in."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def new(cls, lasting: timedelta) -> Self:
        """Make an authority that nobody knows yet."""
        key = ec.generate_private_key(_CURVE)
        name = _name("digit studio cluster")
        unsigned = (
            _unsigned(name, name, key.public_key(), lasting)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True)
        )
        return cls(key, unsigned.sign(key, hashes.SHA256()))

    def bundle(self, role: Role, lasting: timedelta) -> bytes:
        """Return all that a process needs to speak in the cluster, as PEM: a new key, its certificate, and ours."""
        key = ec.generate_private_key(_CURVE)
        usage = [_CALLS] if role is Role.APP else [_CALLS, _IS_CALLED]
        unsigned = (
            _unsigned(_name(role), self.certificate.subject, key.public_key(), lasting)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage(usage), critical=False)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(role)]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        certificate = unsigned.sign(self.key, hashes.SHA256())
        return _private_pem(key) + _public_pem(certificate) + _public_pem(self.certificate)


def new_bundles(roles: Iterable[Role], lasting: timedelta) -> dict[Role, bytes]:
    """Return a bundle for each role, of an authority that is then thrown away: it never signs for anybody else."""
    authority = Authority.new(lasting)
    return {role: authority.bundle(role, lasting) for role in roles}


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public_pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _unsigned(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, lasting: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_APART)
        .not_valid_after(now + lasting)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _key_usage(signs_certificates: bool) -> x509.KeyUsage:
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
