"""Synthetic travel documents: an authority, document signers, every data group, and every way to be wrong.

Everything is made here from nothing: names, numbers and keys belong to nobody. Structures are built with
asn1crypto and signed with cryptography, so that tests can bend any part before or after it is signed.
"""

from __future__ import annotations

import functools
import hashlib
import io
import secrets
import struct
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from asn1crypto import algos, cms, core, crl, keys, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from PIL import Image as PillowImage

from localverify.documents.lds.files import ChipFiles
from localverify.documents.mrz import check_digit
from localverify.documents.pki.curves import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SIGNED_AT = datetime(2024, 3, 1, 9, 30, tzinfo=UTC)

HASHES: Mapping[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
CURVES: Mapping[str, Callable[[], ec.EllipticCurve]] = {
    "secp192r1": ec.SECP192R1,
    "secp224r1": ec.SECP224R1,
    "secp256r1": ec.SECP256R1,
    "secp384r1": ec.SECP384R1,
    "secp521r1": ec.SECP521R1,
    "brainpoolP256r1": ec.BrainpoolP256R1,
    "brainpoolP384r1": ec.BrainpoolP384R1,
    "brainpoolP512r1": ec.BrainpoolP512R1,
}
KEY_USAGE, BASIC_CONSTRAINTS = "2.5.29.15", "2.5.29.19"


@functools.cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:  # noqa: ARG001 - tells cached keys apart
    """An RSA key by name: making one takes a tenth of a second, so tests share them."""
    return rsa.generate_private_key(65537, bits)


@functools.cache
def ec_key(curve: str, name: str = "signer") -> ec.EllipticCurvePrivateKey:  # noqa: ARG001 - as above
    """A key on a curve, by name."""
    return ec.generate_private_key(CURVES[curve]())


@dataclass(frozen=True)
class Signing:
    """How somebody signs.

    Attributes:
        key: the private key.
        scheme: ``pkcs1``, ``pss`` or ``ecdsa``.
        hash: hashlib's name.
        explicit: write the curve's parameters instead of its name.
    """

    key: Any
    scheme: str = "pkcs1"
    hash: str = "sha256"
    explicit: bool = False

    def sign(self, data: bytes) -> bytes:
        hashed = HASHES[self.hash]()
        if self.scheme == "ecdsa":
            return self.key.sign(data, ec.ECDSA(hashed))
        if self.scheme == "pss":
            return self.key.sign(data, padding.PSS(padding.MGF1(hashed), hashed.digest_size), hashed)
        return self.key.sign(data, padding.PKCS1v15(), hashed)

    def algorithm(self) -> algos.SignedDigestAlgorithm:
        if self.scheme == "pss":
            size = hashlib.new(self.hash).digest_size
            parameters = {
                "hash_algorithm": {"algorithm": self.hash},
                "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": self.hash}},
                "salt_length": size,
            }
            return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})
        name = f"{self.hash}_ecdsa" if self.scheme == "ecdsa" else f"{self.hash}_rsa"
        return algos.SignedDigestAlgorithm({"algorithm": name})

    def public_info(self) -> keys.PublicKeyInfo:
        numbers = self.key.public_key().public_numbers()
        if self.scheme != "ecdsa":
            return keys.PublicKeyInfo.wrap(
                keys.RSAPublicKey({"modulus": numbers.n, "public_exponent": numbers.e}), "rsa"
            )
        size = (self.key.key_size + 7) // 8
        point = b"\x04" + numbers.x.to_bytes(size, "big") + numbers.y.to_bytes(size, "big")
        return ec_public_info(ec_name(self.key.curve), point, explicit=self.explicit)


def ec_name(curve: ec.EllipticCurve) -> str:
    """The table's name of cryptography's curve."""
    return next(name for name, made in CURVES.items() if made().name == curve.name)


def ec_public_info(curve: str, point: bytes, explicit: bool = False, **bent: int) -> keys.PublicKeyInfo:
    """A key on a curve by name or with explicit parameters, any of which can be bent."""
    domain = BY_NAME[curve]
    parameters: Any = keys.ECDomainParameters({"named": domain.oid})
    if explicit:
        numbers = {name: getattr(domain, name) for name in ("p", "a", "b", "gx", "gy", "n")} | {"h": 1} | bent
        size = domain.size
        base = b"\x04" + b"".join(numbers[name].to_bytes(size, "big") for name in ("gx", "gy"))
        specified = keys.SpecifiedECDomain(
            {
                "version": 1,
                "field_id": {"field_type": "prime_field", "parameters": core.Integer(numbers["p"])},
                "curve": {"a": numbers["a"].to_bytes(size, "big"), "b": numbers["b"].to_bytes(size, "big")},
                "base": keys.ECPoint(base),
                "order": numbers["n"],
                "cofactor": numbers["h"],
            }
        )
        parameters = keys.ECDomainParameters(name="specified", value=specified)
    return keys.PublicKeyInfo(
        {"algorithm": {"algorithm": "ec", "parameters": parameters}, "public_key": keys.ECPointBitString(point)}
    )


def make_name(country: str, common: str) -> x509.Name:
    return x509.Name.build({"country_name": country, "organization_name": "Utopia Passports", "common_name": common})


@dataclass(frozen=True)
class Authority:
    """Whoever issues certificates, and its own."""

    signing: Signing
    certificate: bytes

    @property
    def parsed(self) -> x509.Certificate:
        return x509.Certificate.load(self.certificate)


def key_id(info: keys.PublicKeyInfo) -> bytes:
    return hashlib.sha1(info.dump(), usedforsecurity=False).digest()


def make_certificate(
    signing: Signing,
    subject: x509.Name,
    issuer: Authority | None = None,
    *,
    authority: bool = False,
    issuer_name: x509.Name | None = None,
    not_before: datetime = datetime(2022, 1, 1, tzinfo=UTC),
    not_after: datetime = datetime(2034, 1, 1, tzinfo=UTC),
    serial: int | None = None,
    extensions: Sequence[Mapping[str, Any]] = (),
    drop: Sequence[str] = (),
    info: keys.PublicKeyInfo | None = None,
) -> bytes:
    """A certificate; self-signed without an issuer. `drop` leaves extensions out, `extensions` adds some."""
    info = info or signing.public_info()
    by = issuer.signing if issuer else signing
    authority_key = by.public_info() if issuer else info
    usages = {"key_cert_sign", "crl_sign"} if authority else {"digital_signature"}
    usual: list[Mapping[str, Any]] = [
        {"extn_id": "key_identifier", "critical": False, "extn_value": core.OctetString(key_id(info))},
        {
            "extn_id": "authority_key_identifier",
            "critical": False,
            "extn_value": x509.AuthorityKeyIdentifier({"key_identifier": key_id(authority_key)}),
        },
        {"extn_id": "key_usage", "critical": True, "extn_value": x509.KeyUsage(usages)},
    ]
    if authority:
        constraints = x509.BasicConstraints({"ca": True, "path_len_constraint": 0})
        usual.append({"extn_id": "basic_constraints", "critical": True, "extn_value": constraints})
    tbs = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": serial or secrets.randbits(62) + 1,
            "signature": by.algorithm(),
            "issuer": issuer_name or (issuer.parsed.subject if issuer else subject),
            "validity": {
                "not_before": x509.Time({"utc_time": not_before}),
                "not_after": x509.Time({"utc_time": not_after}),
            },
            "subject": subject,
            "subject_public_key_info": info,
            "extensions": [*(item for item in usual if item["extn_id"] not in drop), *extensions],
        }
    )
    return x509.Certificate(
        {"tbs_certificate": tbs, "signature_algorithm": by.algorithm(), "signature_value": by.sign(tbs.dump())}
    ).dump()


def make_authority(
    signing: Signing | None = None, country: str = "UT", common: str = "CSCA", **options: Any
) -> Authority:
    """A self-signed authority."""
    signing = signing or Signing(rsa_key("csca"))
    return Authority(signing, make_certificate(signing, make_name(country, common), authority=True, **options))


def make_link(old: Authority, new: Authority, **options: Any) -> bytes:
    """The new key, vouched for by the old one."""
    return make_certificate(new.signing, new.parsed.subject, old, authority=True, **options)


def make_crl(authority: Authority, serials: Sequence[int], next_update: datetime = NOW + timedelta(days=90)) -> bytes:
    """A revocation list."""
    tbs = crl.TbsCertList(
        {
            "version": "v2",
            "signature": authority.signing.algorithm(),
            "issuer": authority.parsed.subject,
            "this_update": x509.Time({"utc_time": NOW - timedelta(days=1)}),
            "next_update": x509.Time({"utc_time": next_update}),
            "revoked_certificates": [
                {"user_certificate": serial, "revocation_date": x509.Time({"utc_time": NOW - timedelta(days=2)})}
                for serial in serials
            ],
        }
    )
    algorithm = authority.signing.algorithm()
    return crl.CertificateList(
        {"tbs_cert_list": tbs, "signature_algorithm": algorithm, "signature": authority.signing.sign(tbs.dump())}
    ).dump()


@dataclass(frozen=True)
class SodOptions:
    """How the security object is made, and in which way it is wrong.

    Attributes:
        group_hash: of the data groups.
        lds_version: write version 1 of the security object with this version of the data structure.
        by_key_id: name the signer by its key identifier instead of issuer and serial number.
        signing_time: a signed attribute; None leaves it out.
        attributes: False leaves all signed attributes out.
        message_digest: instead of the right one.
        content_type: the signed content type, instead of the right one.
        hashes: changes the hashes before they are signed.
        certificates: instead of the signer's.
        spoil_signature: flips one bit of it.
        version: of the signed data, which nobody signs.
        unsigned: adds an unsigned attribute.
        content: instead of the security object.
        signature_algorithm: instead of the signer's own.
        digest_algorithm: of the signer, by asn1crypto's name or as an object identifier.
    """

    group_hash: str = "sha256"
    lds_version: str = ""
    by_key_id: bool = False
    signing_time: datetime | None = SIGNED_AT
    attributes: bool = True
    message_digest: bytes | None = None
    content_type: str = "2.23.136.1.1.1"
    hashes: Callable[[dict[int, bytes]], dict[int, bytes]] = field(default=dict)
    certificates: Sequence[bytes] | None = None
    spoil_signature: bool = False
    version: int = 3
    unsigned: bool = False
    content: bytes | None = None
    signature_algorithm: algos.SignedDigestAlgorithm | None = None
    digest_algorithm: str = ""


@dataclass(frozen=True)
class Chip:
    """A document that was made.

    Attributes:
        files: what a reader reads.
        authority: that issued the signer's certificate.
        signer: the signer's certificate.
    """

    files: ChipFiles
    authority: Authority
    signer: bytes

    def with_group(self, number: int, data: bytes) -> ChipFiles:
        return replace(self.files, groups={**self.files.groups, number: data})


def make_chip(
    groups: Mapping[int, bytes] | None = None,
    *,
    authority: Authority | None = None,
    signing: Signing | None = None,
    signer: bytes | None = None,
    country: str = "UT",
    options: SodOptions | None = None,
    **certificate: Any,
) -> Chip:
    """A document: groups, signed by a document signer that an authority issued."""
    groups = usual_groups() if groups is None else groups
    authority = authority or make_authority(country=country)
    signing = signing or Signing(rsa_key("signer"))
    signer = signer or make_certificate(signing, make_name(country, "Document Signer 7"), authority, **certificate)
    sod = make_sod(groups, signing, signer, options or SodOptions())
    return Chip(ChipFiles(sod, groups, make_com(groups)), authority, signer)


def make_sod(groups: Mapping[int, bytes], signing: Signing, signer: bytes, options: SodOptions) -> bytes:
    """EF.SOD over the groups."""
    content = options.content or security_object(groups, options)
    return wrap(0x77, make_signed_data("2.23.136.1.1.1", content, signing, signer, options))


def security_object(groups: Mapping[int, bytes], options: SodOptions) -> bytes:
    """The LDS security object."""
    hashed = options.hashes(
        {number: hashlib.new(options.group_hash, data).digest() for number, data in sorted(groups.items())}
    )
    rows = b"".join(
        wrap(0x30, core.Integer(number).dump() + core.OctetString(digest).dump()) for number, digest in hashed.items()
    )
    version = core.Integer(1 if options.lds_version else 0).dump()
    algorithm = algos.DigestAlgorithm({"algorithm": options.group_hash}).dump()
    info = b""
    if options.lds_version:
        info = wrap(0x30, core.PrintableString(options.lds_version).dump() + core.PrintableString("040000").dump())
    return wrap(0x30, version + algorithm + wrap(0x30, rows) + info)


def make_signed_data(kind: str, content: bytes, signing: Signing, signer: bytes, options: SodOptions) -> bytes:
    """CMS SignedData over any content."""
    certificate = x509.Certificate.load(signer)
    digest_algorithm = options.digest_algorithm or signing.hash
    digest = hashlib.new(signing.hash, content).digest()
    attributes = [
        {"type": "content_type", "values": [options.content_type if kind == "2.23.136.1.1.1" else kind]},
        {"type": "message_digest", "values": [options.message_digest or digest]},
    ]
    if options.signing_time:
        attributes.append({"type": "signing_time", "values": [cms.Time({"utc_time": options.signing_time})]})
    signed_attributes = cms.CMSAttributes(attributes)
    signature = bytearray(signing.sign(signed_attributes.dump() if options.attributes else content))
    signature[-1] ^= options.spoil_signature
    identifier = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    by_key = cms.SignerIdentifier({"subject_key_identifier": certificate.key_identifier})
    info = {
        "version": "v3" if options.by_key_id else "v1",
        "sid": by_key if options.by_key_id else cms.SignerIdentifier({"issuer_and_serial_number": identifier}),
        "digest_algorithm": {"algorithm": digest_algorithm},
        "signature_algorithm": options.signature_algorithm or signing.algorithm(),
        "signature": bytes(signature),
    }
    if options.attributes:
        info["signed_attrs"] = signed_attributes
    if options.unsigned:
        info["unsigned_attrs"] = [{"type": "counter_signature", "values": []}]
    certificates = [signer] if options.certificates is None else options.certificates
    signed = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [{"algorithm": digest_algorithm}],
            "encap_content_info": {"content_type": kind, "content": cms.ParsableOctetString(content)},
            "certificates": [x509.Certificate.load(der) for der in certificates] or None,
            "signer_infos": [info],
        }
    )
    info = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return info.replace(b"\x02\x01\x03\x31", bytes([0x02, 0x01, options.version, 0x31]), 1)


def make_master_list(
    authority: Authority, certificates: Sequence[bytes], *, purpose: str = "2.23.136.1.1.3", **options: Any
) -> bytes:
    """A master list, signed by a list signer that the authority issued; the authority comes with it."""
    signing = Signing(rsa_key("signer"))
    extension = {"extn_id": "extended_key_usage", "critical": True, "extn_value": x509.ExtKeyUsageSyntax([purpose])}
    signer = make_certificate(signing, make_name("UT", "Master List Signer"), authority, extensions=[extension])
    content = wrap(0x30, core.Integer(0).dump() + wrap(0x31, b"".join(certificates)))
    chosen = SodOptions(certificates=[signer, authority.certificate], **options)
    return make_signed_data("2.23.136.1.1.2", content, signing, signer, chosen)


def wrap(tag: int, value: bytes) -> bytes:
    """One TLV."""
    head = tag.to_bytes((tag.bit_length() + 7) // 8, "big")
    size = len(value)
    if size < 0x80:
        return head + bytes([size]) + value
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return head + bytes([0x80 | len(length)]) + length + value


def make_com(groups: Mapping[int, bytes]) -> bytes:
    """EF.COM."""
    tags = bytes(data[0] for data in groups.values())
    return wrap(0x60, wrap(0x5F01, b"0107") + wrap(0x5F36, b"040000") + wrap(0x5C, tags))


def td3_lines(issuer: str = "UTO") -> tuple[str, str]:
    """A passport's zone with right check digits."""
    number, birth, expiry, optional = "L898902C3", "740812", "340415", "ZE184226B".ljust(14, "<")
    parts = [number, check_digit(number), issuer.ljust(3, "<"), birth, check_digit(birth), "F", expiry]
    parts += [check_digit(expiry), optional, check_digit(optional)]
    line = "".join(parts)
    composite = check_digit(line[0:10] + line[13:20] + line[21:43])
    return f"P<{issuer.ljust(3, '<')}ERIKSSON<<ANNA<MARIA".ljust(44, "<"), line + composite


def make_dg1(lines: Sequence[str] = td3_lines()) -> bytes:
    return wrap(0x61, wrap(0x5F1F, "".join(lines).encode()))


def portrait(kind: str = "JPEG", width: int = 60, height: int = 80) -> bytes:
    """A picture that is no one's: a smooth gradient. ``JPEG``, ``JP2`` or ``J2K`` (a bare codestream)."""
    y, x = np.mgrid[0:height, 0:width]
    pixels = np.stack([x * 255 // width, y * 255 // height, (x + y) * 255 // (width + height)], axis=-1)
    buffer = io.BytesIO()
    picture = PillowImage.fromarray(pixels.astype(np.uint8))
    if kind == "JPEG":
        picture.save(buffer, "JPEG", quality=90)
    else:
        picture.save(buffer, "JPEG2000", no_jp2=kind == "J2K")
    return buffer.getvalue()


def make_dg2(picture: bytes, points: int = 0, count: int = 1) -> bytes:
    """One or more portraits in an ISO/IEC 19794-5 record."""
    feature_points = bytes(8 * points)
    information = struct.pack(">BBHHBBHH", 1, 0 if picture[:2] == b"\xff\xd8" else 1, 60, 80, 1, 0, 0, 0)
    length = 20 + len(feature_points) + len(information) + len(picture)
    face = struct.pack(">IH", length, points) + bytes(14) + feature_points + information + picture
    record = b"FAC\x00010\x00" + struct.pack(">IH", 14 + length * count, count) + face * count
    return wrap_biometrics(wrap(0x5F2E, record))


def wrap_biometrics(block: bytes) -> bytes:
    template = wrap(0x7F60, wrap(0xA1, wrap(0x81, b"\x02")) + block)
    return wrap(0x75, wrap(0x7F61, wrap(0x02, b"\x01") + template))


def make_dg7(picture: bytes) -> bytes:
    return wrap(0x67, wrap(0x02, b"\x01") + wrap(0x5F43, picture))


def make_dg11(**texts: str) -> bytes:
    tags = {"full_name": 0x5F0E, "personal_number": 0x5F10, "place_of_birth": 0x5F11, "address": 0x5F42}
    return wrap(0x6B, b"".join(wrap(tags[name], text.encode()) for name, text in texts.items()))


def make_dg12(authority: str, issued: bytes) -> bytes:
    return wrap(0x6C, wrap(0x5F19, authority.encode()) + wrap(0x5F26, issued))


VIETNAMESE = {
    1: "001096012345",
    2: "Trần Văn Thử",
    3: "12/08/1996",
    4: "Nam",
    5: "Việt Nam",
    6: "Kinh",
    8: "Phường Mẫu, Hà Nội",
    9: "12 Phố Mẫu, Hà Nội",
    11: "01/03/2024",
    12: "12/08/2036",
    16: "012345678",
}


def make_dg13(fields: Mapping[int, str] | None = None) -> bytes:
    """A Vietnamese card's details, with parents."""
    items = [
        wrap(0x30, core.Integer(number).dump() + core.UTF8String(text).dump())
        for number, text in (VIETNAMESE if fields is None else fields).items()
    ]
    parents = b"".join(wrap(0x30, core.UTF8String(text).dump()) for text in ("Trần Văn Cha", "Lê Thị Mẹ"))
    items.append(wrap(0x30, core.Integer(13).dump() + parents))
    return wrap(0x6D, wrap(0x30, b"".join(items)))


def make_dg14() -> bytes:
    """Chip authentication, version 1."""
    info = wrap(0x30, core.ObjectIdentifier("0.4.0.127.0.7.2.2.3.2.1").dump() + core.Integer(1).dump())
    return wrap(0x6E, wrap(0x31, info))


def make_dg15(signing: Signing | None = None) -> bytes:
    """The key of active authentication."""
    return wrap(0x6F, (signing or Signing(ec_key("secp256r1"), "ecdsa")).public_info().dump())


def usual_groups() -> dict[int, bytes]:
    """A passport's groups."""
    return {
        1: make_dg1(),
        2: make_dg2(portrait()),
        11: make_dg11(full_name="ERIKSSON<<ANNA<MARIA", personal_number="12345", place_of_birth="ZENITH<UTOPIA"),
        12: make_dg12("Utopia", bytes.fromhex("20240301")),
        14: make_dg14(),
        15: make_dg15(),
    }
