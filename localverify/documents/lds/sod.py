"""EF.SOD: the signed list of the hashes of all data groups (Doc 9303-10, 4.6.2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from asn1crypto import algos, core

from localverify.documents.lds.tlv import malformed, read_tlv
from localverify.documents.pki.algorithms import parse_hash
from localverify.documents.pki.cms import SignedData, parse_signed_data
from localverify.documents.pki.parsing import parsing

if TYPE_CHECKING:
    from collections.abc import Mapping

SOD_TAG = 0x77
LDS_SECURITY_OBJECT = "2.23.136.1.1.1"
# Security objects have 1 to 3 KB; sixteen hashes and a few certificates fit this many times over.
MAX_BYTES = 64 * 1024
_BARE_SIGNED_DATA = 0x30
_MOST_GROUPS = 16


class _GroupHash(core.Sequence):  # type: ignore[misc]
    _fields = [("number", core.Integer), ("hash", core.OctetString)]  # noqa: RUF012 - asn1crypto's way


class _GroupHashes(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _GroupHash


class _VersionInfo(core.Sequence):  # type: ignore[misc]
    _fields = [("lds", core.PrintableString), ("unicode", core.PrintableString)]  # noqa: RUF012


class _LdsSecurityObject(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("version", core.Integer),
        ("hash_algorithm", algos.DigestAlgorithm),
        ("hashes", _GroupHashes),
        ("version_info", _VersionInfo, {"optional": True}),
    ]


@dataclass(frozen=True, slots=True)
class LdsSecurityObject:
    """The signed content.

    Attributes:
        version: 0, or 1 where the version of the data structure is signed too.
        hash_algorithm: hashlib's name; the object identifier of an unknown one.
        hashes: of the whole files, by group number.
        lds_version: four digits, version 1 only.
    """

    version: int
    hash_algorithm: str
    hashes: Mapping[int, bytes]
    lds_version: str = ""


def parse_sod(data: bytes) -> SignedData:
    """The signed message of EF.SOD, with its tag 77 or without it; padding may follow the object.

    Raises:
        InputError: with reason ``malformed``.
    """
    if len(data) > MAX_BYTES:
        raise malformed(f"a security object of {len(data)} bytes is over the limit of {MAX_BYTES}")
    if data[:1] == bytes([_BARE_SIGNED_DATA]):
        return parse_signed_data(data)
    outer = read_tlv(data)
    if outer.tag != SOD_TAG:
        raise malformed(f"EF.SOD begins with the tag {outer.tag:02X}, not {SOD_TAG:02X}")
    signed = parse_signed_data(outer.value)
    if data[outer.end :].strip(b"\x00\xff"):
        return replace(signed, deviations=(*signed.deviations, "bytes that are no padding follow the object"))
    return signed


def parse_lds_security_object(signed: SignedData) -> LdsSecurityObject:
    """The hashes that the message signs.

    Raises:
        InputError: with reason ``malformed``: it signs something else, a group twice or a group that there is not.
    """
    if signed.content_type != LDS_SECURITY_OBJECT:
        raise malformed(f"the signed content is of type {signed.content_type}, not a security object")
    with parsing("the security object"):
        content = _LdsSecurityObject.load(signed.content, strict=True)
        numbers = [item["number"].native for item in content["hashes"]]
        if len(set(numbers)) != len(numbers) or not set(numbers) <= set(range(1, _MOST_GROUPS + 1)):
            raise malformed("the security object lists a group twice, or one that does not exist")
        return LdsSecurityObject(
            version=content["version"].native,
            hash_algorithm=parse_hash(content["hash_algorithm"]),
            hashes={item["number"].native: item["hash"].native for item in content["hashes"]},
            lds_version=(content["version_info"].native or {}).get("lds", ""),
        )
