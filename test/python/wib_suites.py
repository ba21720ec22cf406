"""Key agreement of the Wib setup protocol (PROTOCOL.md, section 4): the four suites, and PEM as they use it.

Each suite: start(context, secret, nonce) -> (request body, finish); finish(response body) -> ikm.
Secret and nonce are random, except in tests.
"""
from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, x25519

OURS, THEIRS, UNREACHED = 1, 2, 3                  # exit statuses of a failure


class WibError(Exception):
    def __init__(self, status: int, message: str, hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.status, self.hint, self.code = status, hint, code


def need(condition: object, message: str, hint: str = "") -> None:
    if not condition:
        raise WibError(OURS, message, hint)


@dataclass(frozen=True)
class Context:
    serial: bytes = field(repr=False)    # canonical (8)
    salt: bytes                          # 32 bytes (3.1)
    cookie: bytes                        # 72 characters (3.2)
    offered: bytes                       # suites offered (3.1)


Finish = Callable[[bytes], bytes]
BAD_VALUE = "the device's public value is not usable"


def lp(*parts: bytes) -> bytes:
    """Section 1; several arguments are lp of each, one after the other."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def pem(label: str, der: bytes) -> bytes:
    text = base64.b64encode(der).decode()
    return "\n".join([f"-----BEGIN {label}-----", *re.findall(".{1,64}", text), f"-----END {label}-----", ""]).encode()


def parse_pem(label: str, body: bytes) -> bytes:
    """One block from the first byte to the last (but for line ends), canonical base64."""
    name = label.encode()
    found = re.fullmatch(rb"-----BEGIN %b-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END %b-----[\r\n]*" % (name, name), body)
    need(found, f"the device's answer is not one PEM block {label}")
    compact = re.sub(rb"[\r\n]", b"", found[1])                                       # type: ignore[index]
    try:
        der = base64.b64decode(compact, validate=True)
    except ValueError:
        der = b""
    need(der and base64.b64encode(der) == compact, f"the device's {label} is not base64")
    return der


def key_after(prefix: bytes, size: int, body: bytes) -> bytes:
    der = parse_pem("PUBLIC KEY", body)
    need(der.startswith(prefix) and len(der) == len(prefix) + size, BAD_VALUE)
    return der[len(prefix):]


X25519_PREFIX = bytes.fromhex("302a300506032b656e032100")
P256_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
P255 = 2**255 - 19
P256 = 2**256 - 2**224 + 2**192 + 2**96 - 1


def u_coordinate(value: bytes) -> int:
    """RFC 7748: bit 255 is ignored, values from P255 on are reduced."""
    return (int.from_bytes(value, "little") & (2**255 - 1)) % P255


def scalar_mult(secret: bytes, u: bytes) -> bytes:
    """X25519; all zero is refused."""
    try:
        return x25519.X25519PrivateKey.from_private_bytes(secret).exchange(
            x25519.X25519PublicKey.from_public_bytes(u))
    except ValueError:
        raise WibError(OURS, BAD_VALUE) from None


def start_x25519(context: Context, secret: bytes = b"", nonce: bytes = b"") -> tuple[bytes, Finish]:
    secret = secret or secrets.token_bytes(32)
    own = x25519.X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes(
        serialization.Encoding.Raw, serialization.PublicFormat.Raw)

    def finish(body: bytes) -> bytes:
        peer = key_after(X25519_PREFIX, 32, body)
        need(u_coordinate(peer) != u_coordinate(own), "the device sent our own public value back")
        return scalar_mult(secret, peer)
    return pem("PUBLIC KEY", X25519_PREFIX + own), finish


def start_p256(context: Context, secret: bytes = b"", nonce: bytes = b"") -> tuple[bytes, Finish]:
    curve = ec.SECP256R1()
    key = ec.derive_private_key(int.from_bytes(secret, "big"), curve) if secret else ec.generate_private_key(curve)
    own = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)

    def finish(body: bytes) -> bytes:
        point = key_after(P256_PREFIX, 65, body)
        x, y = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
        need(point[0] == 4 and x < P256 and y < P256, BAD_VALUE)
        need(point != own, "the device sent our own public value back")
        try:
            return key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(curve, point))
        except ValueError:                    # not on the curve
            raise WibError(OURS, BAD_VALUE) from None
    return pem("PUBLIC KEY", P256_PREFIX + own), finish


def ffdhe2048_prime() -> int:
    """RFC 7919 A.1: 2^2048 - 2^1984 + (floor(2^1918 e) + 560316) 2^64 - 1."""
    term, total, n = 1 << 2048, 0, 0          # e in fixed point; 130 bits to spare for the rounding
    while term:
        total, n = total + term, n + 1
        term //= n
    return 2**2048 - 2**1984 + ((total >> 130) + 560316) * 2**64 - 1


def der_tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([size]) if size < 128 else bytes([128 + len(length)]) + length) + content


def der_content(der: bytes) -> bytes:
    """What is behind tag and length. Nothing is checked here."""
    length = der[1] if len(der) > 1 else 0
    return der[2 + (length & 127 if length > 127 else 0):]


def der_int(value: int) -> bytes:
    return der_tlv(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


FFDHE_P = ffdhe2048_prime()
FFDHE_ALGORITHM = der_tlv(0x30, der_tlv(6, bytes.fromhex("2a864886f70d010301"))
                          + der_tlv(0x30, der_int(FFDHE_P) + der_int(2)))


def ffdhe_der(y: int) -> bytes:
    """SubjectPublicKeyInfo { { dhKeyAgreement, { p, 2 } }, BIT STRING of INTEGER y }."""
    return der_tlv(0x30, FFDHE_ALGORITHM + der_tlv(3, b"\0" + der_int(y)))


def start_ffdhe2048(context: Context, secret: bytes = b"", nonce: bytes = b"") -> tuple[bytes, Finish]:
    exponent = int.from_bytes(secret or secrets.token_bytes(32), "big")    # RFC 7919 5.2: 225 bits at the least
    own = pow(2, exponent, FFDHE_P)

    def finish(body: bytes) -> bytes:
        der = parse_pem("PUBLIC KEY", body)
        bits = der_content(der_content(der)[len(FFDHE_ALGORITHM):])
        y = int.from_bytes(der_content(bits[1:]), "big")         # right iff encoding it again gives the same DER
        need(ffdhe_der(y) == der and 2 <= y <= FFDHE_P - 2, BAD_VALUE)
        need(y != own, "the device sent our own public value back")
        return pow(y, exponent, FFDHE_P).to_bytes(256, "big")
    return pem("PUBLIC KEY", ffdhe_der(own)), finish


# CPace: draft-irtf-cfrg-cpace, CPACE-X25519-SHA512, initiator-responder.

def lv_cat(*parts: bytes) -> bytes:
    """prepend_len of each; the length is LEB128."""
    out = b""
    for part in parts:
        size = len(part)
        while size >= 128:
            out, size = out + bytes([size & 127 | 128]), size >> 7
        out += bytes([size]) + part
    return out


def elligator2(r: int) -> int:
    """Curve25519: A = 486662, Z = 2; the u of the point only."""
    a, euler = 486662, (P255 - 1) // 2
    v = -a * pow(1 + 2 * r * r, -1, P255) % P255       # 1 + 2 r^2 is never 0: -1/2 is not a square
    square = pow(v * (v * v + a * v + 1), euler, P255) in (0, 1)
    return v if square else (-v - a) % P255


def cpace_generator(prs: bytes, ci: bytes, sid: bytes) -> bytes:
    dsi = b"CPace255"
    pad = max(0, 128 - 1 - len(lv_cat(prs)) - len(lv_cat(dsi)))      # SHA-512 takes 128 bytes at once
    digest = hashlib.sha512(lv_cat(dsi, prs, bytes(pad), ci, sid)).digest()[:32]
    return elligator2(u_coordinate(digest)).to_bytes(32, "little")


def cpace_isk(sid: bytes, k: bytes, ya: bytes, ada: bytes, yb: bytes, adb: bytes) -> bytes:
    return hashlib.sha512(lv_cat(b"CPace255_ISK", sid, k) + lv_cat(ya, ada) + lv_cat(yb, adb)).digest()


def start_cpace(context: Context, secret: bytes = b"", nonce: bytes = b"") -> tuple[bytes, Finish]:
    secret, nonce = secret or secrets.token_bytes(32), nonce or secrets.token_bytes(16)
    sid = hashlib.sha512(lp(b"wib/1 sid", context.salt, context.cookie, nonce)).digest()
    ya = scalar_mult(secret, cpace_generator(context.serial, b"wib/1 client device", sid))

    def finish(body: bytes) -> bytes:
        need(len(body) == 32, BAD_VALUE)
        return cpace_isk(sid, scalar_mult(secret, body), ya, context.offered, body, b"")
    return nonce + ya, finish


SUITES = {"cpace-x25519": start_cpace, "x25519": start_x25519, "p256": start_p256, "ffdhe2048": start_ffdhe2048}
