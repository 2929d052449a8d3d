"""The curves, and verification on those that the cryptography package has not."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from localverify.documents.pki.curves import BY_NAME, explicit_curve, named_curve
from localverify.documents.pki.ecdsa import verify
from localverify.documents.pki.keys import EcKey
from tests.chips_factory import CURVES, ec_key

MESSAGE = b"localverify"
# Made with OpenSSL 3.0 (`openssl dgst -sha512 -sign`) with keys that were thrown away.
OPENSSL = [
    (
        "brainpoolP192r1",
        "0496af43cf9d7c25501ef6ae9589145d9a393d845104ba890a42d2b8f619b9b433a742d9f2b870f70458146ea5acc45268",
        "303502181f51efb138f132ec4ce4648c2de7cf12710709b80fc33d6"
        "102190098ee388579527f2eec19a3c23f23f96e55e2df84e1994a94",
    ),
    (
        "brainpoolP224r1",
        "045713571baec6b21603e005c9f875a1f86569956ab91f2f81866ae7f"
        "24cc259acfcc4031eeab7c4a5a10e09b51c6498a0948d6d7e3d77cc1f",
        "303c021c691c3205a777f4f2f2d8a194196702bd05493213d32423db369d35"
        "ee021c7505dccf945784736697afaf0c4dd8e23acb43362425fbbaad59eff1",
    ),
    (
        "brainpoolP320r1",
        "0457fe071a3ad4b0a9ecf2b0848abcd1616a4e474bd2cbbda36055151a21a58326137de476fe642bc"
        "6a45b90f5a811d5b26c2660529f4258dbe20fa53fe710d846d3e708206ddf38451000a689b215955a",
        "305602290097b31246c36972a37860c4f7a090952b7f9ba99aec90b54981468d9eaa847efa3a3c7711ed60e7"
        "d40229008b85ddefeb67e442a7dc5ff7595014f32150004110ecf61ab1f513a441b1c4e2129d956b1a502487",
    ),
]


@pytest.mark.parametrize(("name", "point", "signature"), OPENSSL)
def test_signatures_of_openssl_hold_and_only_over_their_message(name, point, signature):
    key, made = EcKey(BY_NAME[name], bytes.fromhex(point)), bytes.fromhex(signature)
    assert verify(key, made, hashlib.sha512(MESSAGE).digest())
    assert not verify(key, made, hashlib.sha512(MESSAGE + b"!").digest())


@pytest.mark.parametrize(("name", "point", "signature"), OPENSSL)
def test_bent_signatures_and_points_do_not_hold(name, point, signature):
    curve, digest = BY_NAME[name], hashlib.sha512(MESSAGE).digest()
    key, made = EcKey(curve, bytes.fromhex(point)), bytes.fromhex(signature)
    r, s = decode_dss_signature(made)
    for bent in [(0, s), (r, 0), (r + curve.n, s), (r, s + curve.n), (s, r)]:
        assert not verify(key, encode_dss_signature(*bent), digest)
    assert not verify(key, made + b"\x00", digest)
    assert not verify(key, b"", digest)
    for off in [key.point[:-1] + bytes([key.point[-1] ^ 1]), b"\x02" + key.point[1 : 1 + curve.size], b"\x00", b""]:
        assert not verify(EcKey(curve, off), made, digest)


@given(
    st.sampled_from(sorted(CURVES)),
    st.binary(max_size=40),
    st.sampled_from(["sha1", "sha256", "sha512"]),
    st.booleans(),
)
def test_it_agrees_with_cryptography_on_the_curves_that_both_have(name, message, hashed, bend):
    private = ec_key(name)
    signature = private.sign(
        message, ec.ECDSA({"sha1": hashes.SHA1, "sha256": hashes.SHA256, "sha512": hashes.SHA512}[hashed]())
    )
    numbers, size = private.public_key().public_numbers(), BY_NAME[name].size
    key = EcKey(BY_NAME[name], b"\x04" + numbers.x.to_bytes(size, "big") + numbers.y.to_bytes(size, "big"))
    digest = hashlib.new(hashed, message + b"x" * bend).digest()
    assert verify(key, signature, digest) is not bend


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_every_curve_of_the_table_is_a_curve(name):
    curve = BY_NAME[name]
    assert (curve.gy**2 - curve.gx**3 - curve.a * curve.gx - curve.b) % curve.p == 0
    # A point of the generator's order: the signature (r, s) = (x(Q), x(Q)) over 0 holds for Q = G alone.
    r = curve.gx % curve.n
    base = b"\x04" + curve.gx.to_bytes(curve.size, "big") + curve.gy.to_bytes(curve.size, "big")
    assert verify(EcKey(curve, base), encode_dss_signature(r, r), bytes(curve.size))
    assert named_curve(curve.oid) is curve


def parameters(name, **bent):
    curve = BY_NAME[name]
    base = b"\x04" + curve.gx.to_bytes(curve.size, "big") + curve.gy.to_bytes(curve.size, "big")
    return {"p": curve.p, "a": curve.a, "b": curve.b, "base": base, "n": curve.n, "h": 1} | bent


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_explicit_parameters_are_recognised(name):
    curve = BY_NAME[name]
    compressed = bytes([2 + curve.gy % 2]) + curve.gx.to_bytes(curve.size, "big")
    assert explicit_curve(**parameters(name)) is curve
    assert explicit_curve(**parameters(name, h=None)) is curve
    assert explicit_curve(**parameters(name, base=compressed)) is curve


@pytest.mark.parametrize("which", ["p", "a", "b", "n", "h"])
def test_explicit_parameters_with_any_number_changed_are_no_known_curve(which):
    right = parameters("brainpoolP256r1")
    assert explicit_curve(**right | {which: right[which] + 1}) is None


def test_another_generator_is_no_known_curve():
    right = parameters("secp256r1")
    other = bytearray(right["base"])
    other[-1] ^= 1
    assert explicit_curve(**right | {"base": bytes(other)}) is None
    wrong_sign = bytes([3 - right["base"][-1] % 2 + 2 - 2]) + right["base"][1:33]
    assert explicit_curve(**right | {"base": wrong_sign}) is None
