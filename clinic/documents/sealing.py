"""Seals PDFs (PAdES, RSA-3072) and checks seals. No Django here: the clinic's key comes in as a `Signer`.

It is an electronic seal by the clinic over what the client did, not a certificate of the client (security.md 5.7).
RSA keeps the file PDF/A-3; the key object is kept, because parsing it costs more than signing.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

RSA_BITS = 3072
ROOT_YEARS, LEAF_YEARS = 20, 10
FIELD_NAME = "ClinicSeal"
T = TypeVar("T")


@dataclass(frozen=True)
class SealKeys:
    """What is stored of a clinic's seal: private key of the leaf (PKCS#8 PEM), leaf and root certificate (PEM)."""

    private_pem: bytes
    leaf_pem: bytes
    root_pem: bytes


@dataclass(frozen=True)
class Verdict:
    """What a check of a sealed PDF found; `good` only when everything holds."""

    intact: bool = False
    valid: bool = False
    trusted: bool = False
    entire_file: bool = False
    unmodified: bool = False
    signed_by: str = ""
    problem: str = ""

    @property
    def good(self) -> bool:
        """Intact, valid, trusted, whole file, no modification after the seal (decision 25)."""
        return all((self.intact, self.valid, self.trusted, self.entire_file, self.unmodified))


class _KeptKeySigner(signers.SimpleSigner):
    """Keeps the parsed private key; pyHanko's own signer parses and checks it at every signature."""

    kept_key: rsa.RSAPrivateKey

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        """PKCS#1 v1.5 with SHA-256."""
        return self.kept_key.sign(data, padding.PKCS1v15(), hashes.SHA256())

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The same; a dry run only asks for the length."""
        return bytes(RSA_BITS // 8) if dry_run else self.sign_raw(data, digest_algorithm)


@dataclass(frozen=True)
class Signer:
    """A clinic's seal, ready to use."""

    signer: signers.SimpleSigner
    root_pem: bytes


def _name(organisation: str, what: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{organisation[:50]} {what}"),
        ]
    )


def _certificate(
    subject: x509.Name,
    key: rsa.RSAPrivateKey,
    issuer: x509.Name,
    issuer_key: rsa.RSAPrivateKey,
    at: datetime,
    *,
    root: bool,
) -> x509.Certificate:
    usage = x509.KeyUsage(not root, not root, False, False, False, root, root, False, False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=365 * (ROOT_YEARS if root else LEAF_YEARS)))
        .add_extension(x509.BasicConstraints(root, 0 if root else None), True)
        .add_extension(usage, True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False)
    )
    if not root:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)
    return builder.sign(issuer_key, hashes.SHA256())


def make_keys(organisation: str, *, at: datetime) -> SealKeys:
    """Make a clinic's seal once: a root whose key is thrown away at once, and the leaf it signed."""
    root_key = rsa.generate_private_key(65537, RSA_BITS)
    leaf_key = rsa.generate_private_key(65537, RSA_BITS)
    root_name, leaf_name = _name(organisation, "seal root"), _name(organisation, "record seal")
    root = _certificate(root_name, root_key, root_name, root_key, at, root=True)
    leaf = _certificate(leaf_name, leaf_key, root_name, root_key, at, root=False)
    pem = serialization.Encoding.PEM
    return SealKeys(
        leaf_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
        leaf.public_bytes(pem),
        root.public_bytes(pem),
    )


def _asn1(pem: bytes) -> asn1_x509.Certificate:
    der = x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)
    return cast("asn1_x509.Certificate", asn1_x509.Certificate.load(der))  # type: ignore[no-untyped-call]


def signer_of(seal_keys: SealKeys) -> Signer:
    """A signer that keeps its parsed key; keep it as long as the process lives."""
    key = serialization.load_pem_private_key(seal_keys.private_pem, password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("The clinic's seal is an RSA key.")
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register(_asn1(seal_keys.root_pem))
    signer = _KeptKeySigner(
        signing_cert=_asn1(seal_keys.leaf_pem),
        signing_key=asn1_keys.PrivateKeyInfo.load(der),  # type: ignore[no-untyped-call]
        cert_registry=store,
    )
    signer.kept_key = key
    return Signer(signer, seal_keys.root_pem)


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run pyHanko's asynchronous work to its end, also in a thread that already turns an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, work).result()


def seal(pdf: bytes, signer: Signer, *, reason: str = "Clinical record") -> bytes:
    """The PDF with the clinic's seal over the whole file; nothing may be changed after it.

    The time in the seal is the machine's. One newline is added first when the file ends without one (PDF/A 6.1.9).
    """
    source = pdf if pdf.endswith(b"\n") else pdf + b"\n"
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD_NAME,
        subfilter=fields.SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        reason=reason,
    )
    field = fields.SigFieldSpec(FIELD_NAME, readable_field_name="Seal of the clinic")
    out = io.BytesIO()
    signing = signers.PdfSigner(metadata, signer=signer.signer, new_field_spec=field)
    _run(signing.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(source)), output=out))
    return out.getvalue()


def verify(pdf: bytes, trust_root: bytes, *, at: datetime | None = None) -> Verdict:
    """Check a sealed PDF against the clinic's root certificate (PEM). Never raises for a bad file."""
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    except (PdfError, ValueError) as error:
        return Verdict(problem=type(error).__name__)
    if len(signatures) != 1:
        return Verdict(problem="not exactly one seal")
    context = ValidationContext(trust_roots=[_asn1(trust_root)], allow_fetching=False, moment=at or datetime.now(UTC))
    try:
        status = _run(async_validate_pdf_signature(signatures[0], context))
    except (SignatureValidationError, SigningError, PdfError, ValueError) as error:
        return Verdict(problem=type(error).__name__)
    return Verdict(
        intact=status.intact,
        valid=status.valid,
        trusted=status.trusted,
        entire_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        unmodified=status.modification_level == ModificationLevel.NONE and bool(status.docmdp_ok),
        signed_by=str(status.signing_cert.subject.human_friendly),
    )
