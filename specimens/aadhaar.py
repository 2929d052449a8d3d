"""Composes the Aadhaar secure QR (UIDAI, version 2), signed with a key that was made for tests.

The symbol holds a decimal number. Its big-endian bytes are gzip data; inside, fields are parted by 0xFF:
``V2``, what is hashed, reference, name, birth, sex, the address in eleven parts, the mobile number's end; then the
portrait as JPEG 2000, the hash, and an RSA-SHA256 signature of 256 bytes over all that precedes it.
"""

from __future__ import annotations

import gzip
import hashlib
import io
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from PIL import Image

from specimens.faces import draw_face
from specimens.seeds import digits

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

TEST_KEY = Path(__file__).parent / "data" / "aadhaar_test_key.pem"
_PORTRAIT = (44, 56)


def secure_qr(values: Mapping[str, Any], rng: np.random.Generator) -> bytes:
    """The decimal number as ASCII digits.

    Args:
        values: of a record that has a number, a name and the parts of an address.
        rng: draws the moment of issue, the mobile number and the portrait.
    """
    mobile = digits(rng, 10)
    texts = (
        "V2", "2", f"{values['number'][-4:]}{values['issue_date']:%Y%m%d}103015123", values["name_title"],
        f"{values['birth_date']:%d-%m-%Y}", values["sex"], values["father_line"], values["city"], values["landmark"],
        values["house"], values["city"], values["pin"], values["city"], values["state"], values["street"],
        values["city"], values["city"], mobile[-4:],
    )  # fmt: skip
    body = b"\xff".join(text.encode("latin-1") for text in texts) + b"\xff" + _portrait(rng, values["sex"])
    body += _hash_of(mobile, values["number"])
    signed = body + _key().sign(body, padding.PKCS1v15(), hashes.SHA256())
    return str(int.from_bytes(gzip.compress(signed, mtime=0), "big")).encode()


def _portrait(rng: np.random.Generator, sex: str) -> bytes:
    small = Image.fromarray(draw_face(rng, sex, *_PORTRAIT))
    coded = io.BytesIO()
    small.save(coded, "JPEG2000", quality_mode="rates", quality_layers=[24], irreversible=True)
    return coded.getvalue()


def _hash_of(mobile: str, number: str) -> bytes:
    """SHA-256 repeated as often as the number's last digit says, at least once."""
    value = mobile.encode()
    for _ in range(max(int(number[-1]), 1)):
        value = hashlib.sha256(value).hexdigest().encode()
    return bytes.fromhex(value.decode())


@lru_cache
def _key() -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(TEST_KEY.read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{TEST_KEY.name} holds no RSA key")
    return key
