#!/usr/bin/python3
"""Checks wib_client.py and wib_suites.py against vectors/*.json, byte for byte, and CPace against the draft's vector."""
from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

import wib_client as w
import wib_suites as suites

HERE = Path(__file__).parents[2] / "docs"
unhex = bytes.fromhex
failed = 0


def check(name: str, got: object, want: object) -> None:
    global failed
    failed += got != want
    print(f"{'ok  ' if got == want else 'FAIL'} {name}" + ("" if got == want else f"\n  got  {got!s:.300}\n  want {want!s:.300}"))


class OneAnswer:
    """Stands for a socket that has received `data`, in pieces of `size`."""
    def __init__(self, data: bytes, size: int = 7) -> None:
        self.data, self.size = data, size

    def settimeout(self, seconds: float) -> None: pass

    def recv(self, most: int) -> bytes:
        piece, self.data = self.data[:self.size], self.data[self.size:]
        return piece


def parsed(message: dict) -> w.Answer:
    data = message["response"].encode() + unhex(message["responseBody"])
    return w.read_answer(OneAnswer(data), w.time.monotonic() + 9)             # type: ignore[arg-type]


def request_as_sent(path: str, body: bytes | None, media_type: str = "", cookie: str = "") -> bytes:
    """What exchange() writes to the socket."""
    sent: list[bytes] = []

    class Recorder:
        def __enter__(self): return self
        def __exit__(self, *_): return None
        def sendall(self, data: bytes) -> None: sent.append(data)
    original = w.socket.create_connection, w.read_answer
    w.socket.create_connection, w.read_answer = (lambda *_: Recorder()), (lambda *_: None)
    try:
        w.exchange(w.parse_url("http://192.168.4.1"), path, 1, body, media_type, cookie)
    finally:
        w.socket.create_connection, w.read_answer = original
    return sent[0]


def wire(message: dict) -> bytes:
    return message["request"].encode() + unhex(message["requestBody"])


def run_vector(file: Path) -> None:
    v = json.loads(file.read_text())
    name, suite = file.name, v["suite"]
    greeting = w.parse_greeting(parsed(v["greeting"]))
    check(f"{name} greeting", (greeting.build, greeting.offered, greeting.salt.hex(), greeting.cookie),
          (v["build"], v["suitesOffered"].encode(), v["salt"], v["cookie"]))
    check(f"{name} greeting request", request_as_sent(w.DH, None), wire(v["greeting"]))
    serial = w.canonical_serial(v["serial"])
    context = suites.Context(serial, greeting.salt, greeting.cookie.encode(), greeting.offered)
    nonce = unhex(v["secrets"].get("clientNonce", v["secrets"].get("nonce", "")))
    sent, finish = suites.SUITES[suite](context, unhex(v["secrets"]["client"]), nonce)
    check(f"{name} dh body", sent.hex(), v["dh"]["requestBody"])
    media_type = w.OCTETS if suite == "cpace-x25519" else w.PEM_FILE
    check(f"{name} dh request", request_as_sent(w.DH, sent, media_type, greeting.cookie), wire(v["dh"]))
    received = parsed(v["dh"]).body
    ikm = finish(received)
    check(f"{name} ikm", ikm.hex(), v["ikm"])
    th = w.transcript(suite, greeting, sent, received)
    check(f"{name} th", th.hex(), v["th"])
    original, w.exchange = w.exchange, lambda *_: parsed(v["dh"])
    starts = w.SUITES
    w.SUITES = {suite: lambda _: (sent, finish)}
    try:
        session = w.agree(w.parse_url("http://192.168.4.1"), suite, greeting, serial)
    finally:
        w.exchange, w.SUITES = original, starts
    check(f"{name} keys", (session.enc.hex(), session.mac.hex(), session.mac_device.hex()),
          (v["encC2D"], v["macC2D"], v["macD2C"]))
    for step, path in (("auth", w.AUTH), ("csr", w.CSR), ("key", w.KEY)):
        if step in v:
            run_step(f"{name} {step}", session, path, v[step])


def run_step(name: str, session: w.Session, path: str, v: dict) -> None:
    body = session.seal(path, unhex(v["plaintext"]))
    check(f"{name} ct, tag", (body[:-64].hex(), body[-64:].hex()), (v["ct"], v["tag"]))
    check(f"{name} request", request_as_sent(path, body, w.OCTETS, session.cookie), wire(v))
    answer = parsed(v)
    check(f"{name} proof", (answer.one("wib-proof"), session.proof(path, answer, body[-64:])), (v["proof"],) * 2)
    for what, other in (("status", w.Answer(400, answer.headers, answer.body)), ("body", w.Answer(204, answer.headers, b"x"))):
        check(f"{name} proof binds {what}", session.proof(path, other, body[-64:]) == v["proof"], False)
    try:
        session.seal(path, b"again")
        check(f"{name} sealed once", False, True)
    except w.WibError:
        check(f"{name} sealed once", True, True)


def run_key_file() -> None:
    """The plaintext of step key, from the files beside the vectors."""
    plaintext = w.read_blocks(str(HERE / "vectors/device.pem"), True) + w.read_blocks(str(HERE / "vectors/device.key"), False)
    v = json.loads((HERE / "vectors/x25519.json").read_text())
    check("key plaintext from device.pem, device.key", plaintext.hex(), v["key"]["plaintext"])


def run_cpace() -> None:
    """draft-irtf-cfrg-cpace, appendix B.1, as remembered: CPACE-X25519-SHA512, initiator-responder."""
    sid, ci = unhex("7e4b4791d6a8ef019b936c79fb7f2c57"), b"oc\x0bB_responder\x0bA_initiator"
    g = suites.cpace_generator(b"Password", ci, sid)
    check("cpace g", g.hex(), "64e8099e3ea682cfdc5cb665c057ebb514d06bf23ebc9f743b51b82242327074")
    ya = unhex("21b4f4bd9e64ed355c3eb676a28ebedaf6d8f17bdc365995b319097153044080")
    yb = unhex("848b0779ff415f0af4ea14df9dd1d3c29ac41d836c7808896c4eba19c51ac40a")
    a, b = suites.scalar_mult(ya, g), suites.scalar_mult(yb, g)
    check("cpace Ya", a.hex(), "1b02dad6dbd29a07b6d28c9e04cb2f184f0734350e32bb7e62ff9dbcfdb63d15")
    check("cpace Yb", b.hex(), "20cda5955f82c4931545bcbf40758ce1010d7db4db2a907013d79c7a8fcf957f")
    k = suites.scalar_mult(ya, b)
    check("cpace K", (k.hex(), suites.scalar_mult(yb, a)),
          ("f97fdfcfff1c983ed6283856a401de3191ca919902b323c5f950c9703df7297a", k))
    check("cpace ISK", suites.cpace_isk(sid, k, a, b"ADa", b, b"ADb").hex(),
          "a051ee5ee2499d16da3f69f430218b8ea94a18a45b67f9e86495b382c33d14a5"
          "c38cecc0cc834f960e39e0d1bf7d76b9ef5d54eecc5e0f386c97ad12da8c3d5f")


def run_ffdhe() -> None:
    text = subprocess.run(["openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048",
                           "-outform", "PEM"], capture_output=True, check=True, text=True).stdout
    der = base64.b64decode("".join(text.splitlines()[1:-1]))
    p = int.from_bytes(der[9:9 + 256], "big")
    check("ffdhe2048 p, as openssl has it", suites.FFDHE_P, p)
    context = suites.Context(b"", b"", b"", b"")
    sent, finish = suites.start_ffdhe2048(context, b"\x05")
    for y in (2, 127, 128, 2**1000, 2**2000 + 1, 2**2030, 2**2039 - 1, 2**2047, p - 2):
        check(f"ffdhe2048 y of {y.bit_length()} bits", finish(suites.pem("PUBLIC KEY", suites.ffdhe_der(y))),
              pow(y, 5, p).to_bytes(256, "big"))
    refused("ffdhe2048", finish, {"own": 32, "0": 0, "1": 1, "p-1": p - 1, "p": p},
            lambda y: suites.pem("PUBLIC KEY", suites.ffdhe_der(y)))


def refused(name: str, finish: suites.Finish, values: dict, encode) -> None:
    for what, value in values.items():
        try:
            finish(encode(value))
            check(f"{name} refuses {what}", False, True)
        except w.WibError:
            check(f"{name} refuses {what}", True, True)


def run_rejects() -> None:
    """The reject rules of section 4."""
    context = suites.Context(b"7K3M9QPX2D4RW8TF", bytes(32), b"0" * 72, b"x25519")
    sent, finish = suites.start_x25519(context)
    own = suites.parse_pem("PUBLIC KEY", sent)[12:]
    p = suites.P255
    bad = {"0": bytes(32), "1": (1).to_bytes(32, "little"), "p": p.to_bytes(32, "little"), "own": own,
           "own, bit 255": own[:31] + bytes([own[31] | 128]), "short": bytes(31)}
    refused("x25519", finish, bad, lambda v: suites.pem("PUBLIC KEY", suites.X25519_PREFIX + v))
    good = suites.pem("PUBLIC KEY", suites.X25519_PREFIX + b"\x09" + bytes(31))
    refused("PEM", finish, {"text before": b"x\n" + good, "two": good * 2, "other label": good.replace(b"PUBLIC", b"SECRET"),
                            "no end": good[:-10], "bad base64": good.replace(b"M", b"!", 1), "empty": b""}, lambda v: v)
    with_bit = suites.pem("PUBLIC KEY", suites.X25519_PREFIX + b"\x09" + bytes(30) + b"\x80")
    check("x25519 ignores bit 255", finish(with_bit), finish(good))
    sent, finish = suites.start_p256(context)
    own = suites.parse_pem("PUBLIC KEY", sent)[26:]
    bad = {"own": own, "x = p": b"\4" + suites.P256.to_bytes(32, "big") + own[33:], "not on the curve": own[:-1] + bytes([own[-1] ^ 1]),
           "compressed": bytes([2 + own[-1] % 2]) + own[1:33], "02 xy": b"\2" + own[1:]}
    refused("p256", finish, bad, lambda v: suites.pem("PUBLIC KEY", suites.P256_PREFIX + v))
    sent, finish = suites.start_cpace(context)
    refused("cpace", finish, {"0": bytes(32), "31 bytes": bytes(31), "33": b"\x09" + bytes(32)}, lambda v: v)


def run_serials() -> None:
    for typed in ("WIB-7K3M-9QPX-2D4R-W8TF", "7k3m 9qpx 2d4r w8tf\n", "wib7K3M9QPX2D4RW8TF"):
        check(f"serial {typed!r}", w.canonical_serial(typed), b"7K3M9QPX2D4RW8TF")
    check("serial O I L", w.canonical_serial("oOiIlL7890ABCDEF"), b"0011117890ABCDEF")
    refused("serial", w.canonical_serial, {s: s for s in ("", "7K3M9QPX2D4RW8T", "7K3M9QPX2D4RW8TFF", "7K3M9QPX2D4RW8TU", "7K3M9QPX2D4RW8Tß")}, lambda s: s)


if __name__ == "__main__":
    for vector in sorted((HERE / "vectors").glob("*.json")):
        if "suite" not in json.loads(vector.read_text()):
            continue  # not a worked exchange
        run_vector(vector)
    run_key_file(), run_cpace(), run_ffdhe(), run_rejects(), run_serials()
    print("all right" if not failed else f"{failed} wrong")
    sys.exit(bool(failed))
