"""ECDSA verification on the brainpool curves that the cryptography package has not (192, 224 and 320 bits).

FIPS 186-5, section 6.4.2, in Jacobian coordinates. Verification computes with public numbers alone, so nothing
here has to run in constant time; never sign with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

if TYPE_CHECKING:
    from localverify.documents.pki.curves import Curve
    from localverify.documents.pki.keys import EcKey


class _Point(NamedTuple):
    """(X / Z^2, Y / Z^3); Z = 0 is the point at infinity."""

    x: int
    y: int
    z: int


_INFINITY = _Point(1, 1, 0)


def verify(key: EcKey, signature: bytes, digest: bytes) -> bool:
    """Whether `signature` (DER, r and s) is the key's over a message with that digest.

    A signature in another form, or a point off the curve, is not one.
    """
    curve = key.curve
    public = _decode(curve, key.point)
    numbers = _numbers(signature)
    if public is None or numbers is None or not all(0 < number < curve.n for number in numbers):
        return False
    r, s = numbers
    surplus = max(len(digest) * 8 - curve.n.bit_length(), 0)
    z = int.from_bytes(digest, "big") >> surplus
    inverse = pow(s, -1, curve.n)
    point = _sum_of_multiples(curve, z * inverse % curve.n, r * inverse % curve.n, public)
    if point.z == 0:
        return False
    x = point.x * pow(point.z, -2, curve.p) % curve.p
    return x % curve.n == r


def _numbers(signature: bytes) -> tuple[int, int] | None:
    try:
        r, s = decode_dss_signature(signature)
        strict = encode_dss_signature(r, s) == signature
    except ValueError:
        return None
    return (r, s) if strict else None


def _decode(curve: Curve, point: bytes) -> _Point | None:
    """An uncompressed point that lies on the curve."""
    if len(point) != 1 + 2 * curve.size or point[0] != 4:  # noqa: PLR2004 - SEC 1, 2.3.3: uncompressed
        return None
    x, y = (int.from_bytes(part, "big") for part in (point[1 : 1 + curve.size], point[1 + curve.size :]))
    inside = x < curve.p and y < curve.p
    return _Point(x, y, 1) if inside and (y * y - x * x * x - curve.a * x - curve.b) % curve.p == 0 else None


def _sum_of_multiples(curve: Curve, u: int, v: int, public: _Point) -> _Point:
    """U times the generator and v times the public point, in one pass over the bits."""
    generator = _Point(curve.gx, curve.gy, 1)
    table = (None, generator, public, _add(curve, generator, public))
    result = _INFINITY
    for bit in range(max(u.bit_length(), v.bit_length()) - 1, -1, -1):
        result = _double(curve, result)
        chosen = table[(u >> bit & 1) + 2 * (v >> bit & 1)]
        if chosen is not None:
            result = _add(curve, result, chosen)
    return result


def _double(curve: Curve, point: _Point) -> _Point:
    x, y, z = point
    if z == 0 or y == 0:
        return _INFINITY
    p, yy = curve.p, y * y % curve.p
    s = 4 * x * yy % p
    m = (3 * x * x + curve.a * pow(z, 4, p)) % p
    new_x = (m * m - 2 * s) % p
    return _Point(new_x, (m * (s - new_x) - 8 * yy * yy) % p, 2 * y * z % p)


def _add(curve: Curve, a: _Point, b: _Point) -> _Point:
    if a.z == 0 or b.z == 0:
        return b if a.z == 0 else a
    p = curve.p
    azz, bzz = a.z * a.z % p, b.z * b.z % p
    u1, u2 = a.x * bzz % p, b.x * azz % p
    s1, s2 = a.y * b.z * bzz % p, b.y * a.z * azz % p
    if u1 == u2:
        return _double(curve, a) if s1 == s2 else _INFINITY
    h, r = (u2 - u1) % p, (s2 - s1) % p
    hh = h * h % p
    hhh, v = h * hh % p, u1 * hh % p
    x = (r * r - hhh - 2 * v) % p
    return _Point(x, (r * (v - x) - s1 * hhh) % p, h * a.z * b.z % p)
