#!/usr/bin/python3
"""A client for the Wib setup protocol, version 1, written from PROTOCOL.md alone (its sections are in brackets).

Section 4 is in wib_suites.py. Needs Python 3.11 and `cryptography`. Exit status: 0 done,
1 wrong use or refused by this client, 2 refused by the device, 3 not reached, or the answer was lost.
"""
from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import re
import socket
import ssl
import sys
import time
from collections import namedtuple
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from wib_suites import OURS, SUITES, THEIRS, UNREACHED, Context, WibError, lp, need, parse_pem

DH, AUTH, CSR, KEY = (f"/setup/{name}.wib" for name in ("dh", "auth", "csr", "key"))   # 2.1
STEP = {AUTH: 1, CSR: 2, KEY: 3}                                                       # 6.1
OCTETS, PEM_FILE, JSON_TYPE = "application/octet-stream", "application/x-pem-file", "application/json"
LOST = "whether the step was done is not known; look whether the device still serves its setup"
CONNECT_SECONDS, GREETING_SECONDS, SPARE_SECONDS = 10.0, 20.0, 5.0   # the page names only `wait` (3.1)
MAX_WAIT, MAX_HEADER, MAX_BODY = 3600, 8192, 65536                   # our own bounds; the page has none


# --- Section 2: HTTP ----------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Target:
    address: str       # what the socket connects to
    port: int
    host: str          # the value of Host (2.4)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]     # names in lower case
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    def one(self, name: str) -> str:
        values = self.all(name)
        need(len(values) <= 1, f"the answer has more than one {name} header")
        return "".join(values)

    @property
    def code(self) -> str:
        """Wib-Error, fit for a terminal (9)."""
        value = self.one("wib-error")
        return value if re.fullmatch(r"[a-z-]{1,64}", value) else "no known code"


def parse_url(url: str) -> Target:
    try:
        parts = urlsplit(url)
        port = parts.port or 80
    except ValueError as error:
        raise WibError(OURS, f"not a URL: {error}") from None
    need(parts.scheme == "http" and parts.hostname and url.isascii() and parts.path in ("", "/")
         and not (parts.query or parts.fragment or parts.username), "URL must be http://host[:port]")
    address = parts.hostname or ""
    host = address.split("%")[0]              # a zone means something on this machine only
    need(re.fullmatch(r"[a-z0-9:._-]+", host), "URL has a strange host")
    host = f"[{host}]" if ":" in host else host
    return Target(address, port, host if port == 80 else f"{host}:{port}")


def exchange(target: Target, path: str, seconds: float, body: bytes | None = None,
             media_type: str = "", cookie: str = "") -> Answer:
    """One request on one connection, never repeated, no redirect followed (2.2, 2.3)."""
    lines = [f"{'GET' if body is None else 'POST'} {path} HTTP/1.1", f"Host: {target.host}"]
    if body is not None:
        lines += [f"Cookie: wib={cookie}", f"Content-Type: {media_type}", f"Content-Length: {len(body)}"]
    request = "\r\n".join([*lines, "", ""]).encode("ascii") + (body or b"")
    try:
        with socket.create_connection((target.address, target.port), CONNECT_SECONDS) as sock:
            try:
                sock.sendall(request)
            except (BrokenPipeError, ConnectionResetError):
                pass                          # refused on its header alone (2.2): there may be an answer all the same
            return read_answer(sock, time.monotonic() + seconds)
    except TimeoutError:
        raise WibError(UNREACHED, f"no complete answer from {target.host} to {path} in time", LOST) from None
    except OSError as error:
        raise WibError(UNREACHED, f"{target.host} not reached: {error.strerror or error}") from None


def read_answer(sock: socket.socket, deadline: float) -> Answer:
    data = b""
    while b"\r\n\r\n" not in data:
        need(len(data) <= MAX_HEADER, "the answer's header is too long")
        data += receive(sock, deadline)
    head, _, body = data.partition(b"\r\n\r\n")
    status, headers = parse_head(head)
    length = body_length(Answer(status, headers, b""))
    while len(body) < length:
        body += receive(sock, deadline)
    return Answer(status, headers, body[:length])


def receive(sock: socket.socket, deadline: float) -> bytes:
    sock.settimeout(max(deadline - time.monotonic(), 0.001))       # TimeoutError, caught in exchange
    data = sock.recv(65536)
    if not data:
        raise WibError(UNREACHED, "the connection was closed before the end of the answer", LOST)
    return data


def parse_head(head: bytes) -> tuple[int, tuple[tuple[str, str], ...]]:
    lines = head.decode("latin-1").split("\r\n")
    first = re.fullmatch(r"HTTP/1\.[01] ([2-5]\d\d)(?: [ -~]*)?", lines[0])
    fields = [re.fullmatch(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([ -~]*?)[ \t]*", line) for line in lines[1:]]
    need(first and all(fields), "the answer is not HTTP as the page has it", "another server, or a proxy?")
    return int(first[1]), tuple((f[1].lower(), f[2]) for f in fields)     # type: ignore[index]


def body_length(answer: Answer) -> int:
    """Every answer but 204 has Content-Length (2.3)."""
    value = answer.one("content-length")
    need(not answer.all("transfer-encoding"), "the answer has Transfer-Encoding")
    if answer.status == 204 and value in ("", "0"):
        return 0
    need(re.fullmatch(r"\d{1,6}", value) and int(value) <= MAX_BODY and answer.status != 204,
         "the answer has no usable Content-Length")
    return int(value)


# --- Section 8: the serial ----------------------------------------------------------------------------------------

def canonical_serial(typed: str) -> bytes:
    need(typed.isascii(), "the serial has characters that are no letters or digits")
    text = re.sub(r"[\s-]", "", typed).upper()
    if len(text) == 19 and text.startswith("WIB"):
        text = text[3:]
    text = text.translate(str.maketrans("OIL", "011"))
    need(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{16}", text), "not a usable serial", "WIB-XXXX-XXXX-XXXX-XXXX, without U")
    return text.encode()


# --- Section 3: greeting ------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Greeting:
    build: str
    suites: list[str]
    salt: bytes
    wait: int
    max: int
    cookie: str

    @property
    def offered(self) -> bytes:
        return ",".join(self.suites).encode()


def unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    need(len({name for name, _ in pairs}) == len(pairs), "the greeting names a member twice")
    return dict(pairs)


def parse_greeting(answer: Answer) -> Greeting:
    need(answer.one("content-type") == JSON_TYPE, "the greeting is not JSON")
    try:
        value = json.loads(answer.body.decode("utf-8"), object_pairs_hook=unique_members)
    except (ValueError, RecursionError):
        raise WibError(OURS, "the greeting is not JSON") from None
    need(isinstance(value, dict) and type(value.get("v")) is int, "the greeting is not one of this protocol")
    need(value["v"] == 1, f"the device speaks version {value['v']}, this client version 1")      # before all else
    need(set(value) == {"v", "build", "suites", "salt", "window", "tries", "wait", "max"}
         and all(type(value[name]) is int and value[name] >= 0 for name in ("window", "tries", "wait", "max"))
         and value["build"] in ("product", "bench") and value["wait"] <= MAX_WAIT
         and isinstance(value["suites"], list) and value["suites"]
         and all(isinstance(s, str) and re.fullmatch(r"[a-z0-9-]{1,32}", s) for s in value["suites"])
         and isinstance(value["salt"], str) and re.fullmatch(r"[0-9a-f]{64}", value["salt"]),
         "the greeting does not have the members that the page names")
    return Greeting(value["build"], value["suites"], bytes.fromhex(value["salt"]),
                    value["wait"], value["max"], parse_cookie(answer))


def parse_cookie(answer: Answer) -> str:
    """Section 3.2: opaque, but 72 hex digits; its attributes do not matter to a program that knows one device."""
    ours = [value.partition(";")[0] for value in answer.all("set-cookie") if value.startswith("wib=")]
    need(len(ours) == 1 and re.fullmatch(r"wib=[0-9a-fA-F]{72}", ours[0]), "the greeting has no usable cookie")
    return ours[0][4:]


# --- Sections 5 and 6: keys, sealed bodies, proofs ----------------------------------------------------------------

def transcript(suite: str, greeting: Greeting, sent: bytes, received: bytes) -> bytes:
    return hashlib.sha512(lp(b"wib/1", greeting.build.encode(), suite.encode(), greeting.salt, greeting.offered,
                             greeting.cookie.encode(), sent, received)).digest()


@dataclass
class Session:
    target: Target
    cookie: str
    wait: float
    th: bytes
    enc: bytes = field(repr=False)
    mac: bytes = field(repr=False)
    mac_device: bytes = field(repr=False)
    done: set[int] = field(default_factory=set)

    def seal(self, path: str, plaintext: bytes) -> bytes:
        step = STEP[path]
        need(step not in self.done, "a step is sealed once a session")                # 6.1
        self.done.add(step)
        aes = Cipher(algorithms.AES(self.enc), modes.CTR(bytes([step]) + bytes(15))).encryptor()
        ct = aes.update(plaintext) + aes.finalize()
        return ct + hmac.digest(self.mac, bytes([step]) + self.th + ct, "sha512")

    def proof(self, path: str, answer: Answer, tag: bytes) -> str:
        text = lp(b"wib/1 proof", path.encode(), str(answer.status).encode(), answer.one("wib-error").encode("latin-1"),
                  tag, answer.body) + self.th
        return hmac.digest(self.mac_device, text, "sha512").hex()

    def step(self, path: str, plaintext: bytes, expected: int) -> Answer:
        """One sealed step. Whatever is not proven and expected ends the session here; nothing is sent again."""
        body = self.seal(path, plaintext)
        answer = exchange(self.target, path, self.wait, body, OCTETS, self.cookie)
        given = answer.one("wib-proof")
        proven = hmac.compare_digest(given.encode(), self.proof(path, answer, body[-64:]).encode())
        if answer.status == 401 or (answer.status == 503 and not given):
            raise refusal(path, answer, "unproven: it only says that the step was not done")
        need(proven, f"{path}: answer {answer.status} ({answer.code}) with {'a wrong' if given else 'no'} proof; "
             "not believed", "somebody may be in between, or the device ended the session before reading the body")
        if answer.status != expected:
            raise refusal(path, answer, "proven")
        return answer


def refusal(path: str, answer: Answer, proof: str = "unproven, as all answers before auth are") -> WibError:
    hints = {401: "the serial is wrong, or the keys are, or the session is over; the device does not say which",
             429: "the device needs a factory reset"}
    retry = answer.one("retry-after")
    hint = f"try again in {retry} seconds" if re.fullmatch(r"\d{1,6}", retry) else hints.get(answer.status, "")
    known = 400 <= answer.status <= 599 and answer.code != "no known code"
    return WibError(THEIRS if known else OURS, f"{path}: {answer.status} {answer.code} ({proof})", hint, answer.code)


def greet(target: Target, suite: str, bench: bool) -> Greeting:
    """Section 10, step 2."""
    answer = exchange(target, DH, GREETING_SECONDS)
    if answer.status != 200:
        raise refusal(DH, answer)
    greeting = parse_greeting(answer)
    need(bench or greeting.build != "bench", "this is a bench build, which protects nothing", "--bench allows it")
    need(suite in greeting.suites, f"the device does not offer {suite}",
         f"it offers {' '.join(greeting.suites)}; only cpace-x25519 stops somebody in between")
    return greeting


def agree(target: Target, suite: str, greeting: Greeting, serial: bytes) -> Session:
    """Section 10, step 3."""
    sent, finish = SUITES[suite](Context(serial, greeting.salt, greeting.cookie.encode(), greeting.offered))
    media_type = OCTETS if suite == "cpace-x25519" else PEM_FILE
    wait = greeting.wait + SPARE_SECONDS
    answer = exchange(target, DH, wait, sent, media_type, greeting.cookie)
    if answer.status != 200:
        raise refusal(DH, answer)
    need(answer.one("content-type") == media_type, "the device's public value has another media type")
    ikm = finish(answer.body)
    th = transcript(suite, greeting, sent, answer.body)
    okm = HKDF(hashes.SHA256(), 160, th, b"wib/1 keys").derive(ikm)
    return Session(target, greeting.cookie, wait, th, okm[:32], okm[32:96], okm[96:])


# --- Section 6.3: CSR and its certificate -------------------------------------------------------------------------

Authority = namedtuple("Authority", "certificate key chain")


def check_csr(answer: Answer, name: str) -> x509.CertificateSigningRequest:
    need(answer.one("content-type") == PEM_FILE, "the CSR has another media type")
    try:
        csr = x509.load_der_x509_csr(parse_pem("CERTIFICATE REQUEST", answer.body))
        key, valid = csr.public_key(), csr.is_signature_valid
        names = csr.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, TypeError, x509.ExtensionNotFound, x509.DuplicateExtension, UnsupportedAlgorithm):
        raise WibError(OURS, "the device's CSR is not usable") from None
    need(valid and isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1),
         "the CSR's signature or kind of key is wrong")
    need(csr.subject == x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
         and list(names) == [x509.DNSName(name)], "the CSR names somebody else")
    return csr


def certify(csr: x509.CertificateSigningRequest, name: str, authority: Authority, days: int) -> bytes:
    now = datetime.now(timezone.utc)
    builder = (x509.CertificateBuilder().subject_name(csr.subject).issuer_name(authority.certificate.subject)
               .public_key(csr.public_key()).serial_number(x509.random_serial_number())
               .not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=days))
               .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
               .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
               .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
               .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), False))
    leaf = builder.sign(authority.key, hashes.SHA256())
    return leaf.public_bytes(serialization.Encoding.PEM) + authority.chain


# --- The program --------------------------------------------------------------------------------------------------

class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise WibError(OURS, message, " ".join(self.format_usage().split()))


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = Parser(prog="wib_client.py", description="Set up a Wib device.")
    parser.add_argument("url", help="http://host[:port]")
    parser.add_argument("--serial-file", help="file with the serial; else the environment variable WIB_SERIAL")
    parser.add_argument("--cert", help="PEM: the device's certificate and its issuers")
    parser.add_argument("--key", help="PEM: its private key")
    parser.add_argument("--suite", choices=list(SUITES), default="cpace-x25519")      # 10: the others only if asked for
    parser.add_argument("--bench", action="store_true", help="accept a bench build, which protects nothing")
    parser.add_argument("--csr", metavar="CN", help="have the device make its key, certify it with --ca-cert, --ca-key")
    parser.add_argument("--csr-out", metavar="FILE", help="where the CSR goes (CN.csr.pem)")
    parser.add_argument("--ca-cert", help="PEM: the CA that certifies the CSR, and its issuers")
    parser.add_argument("--ca-key", help="PEM: its private key")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--tls-port", type=int, help="compare the certificate that the device then serves there (10.7)")
    parser.add_argument("--json", action="store_true", help="one line of JSON on standard output")
    args = parser.parse_args(arguments)
    pair, authority = (args.cert, args.key), (args.ca_cert, args.ca_key)
    need(all(authority) and not any(pair) if args.csr is not None else all(pair) and not any(authority),
         "either --cert and --key, or --csr, --ca-cert and --ca-key")
    return args


def read_file(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise WibError(OURS, f"{name}: {error.strerror}") from None


def read_blocks(name: str, certificates: bool) -> bytes:
    """The PEM blocks of a file (6.4): its certificates, or everything else; so a stray key is not sent along."""
    found = re.finditer(rb"-----BEGIN ([A-Z0-9 ]+)-----\r?\n.*?-----END \1-----", read_file(name), re.DOTALL)
    blocks = [match[0] + b"\n" for match in found if (match[1] == b"CERTIFICATE") == certificates]
    need(blocks, f"{name}: no {'certificate' if certificates else 'private key'} in PEM")
    return b"".join(blocks)


def read_authority(args: argparse.Namespace) -> Authority:
    need(re.fullmatch(r"[A-Za-z0-9.-]{1,64}", args.csr), "CN must be 1 to 64 of A-Z a-z 0-9 . -")       # 6.3
    chain = read_blocks(args.ca_cert, True)
    try:
        key = serialization.load_pem_private_key(read_file(args.ca_key), None)
        certificate = x509.load_pem_x509_certificate(chain)
        same = key.public_key().public_numbers() == certificate.public_key().public_numbers()
    except (ValueError, TypeError, AttributeError, UnsupportedAlgorithm):      # AttributeError: neither RSA nor EC
        raise WibError(OURS, "the CA's certificate or key is not usable") from None
    need(same, "the CA's key is not that of --ca-cert")
    return Authority(certificate, key, chain)


def served_certificate(target: Target, port: int) -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE                # compared byte by byte instead
    try:
        with (socket.create_connection((target.address, port), CONNECT_SECONDS) as sock,
              context.wrap_socket(sock) as tls):
            return tls.getpeercert(True) or b""
    except OSError as error:
        raise WibError(UNREACHED, f"installed, but TLS at port {port} failed: {error.strerror or error}") from None


def own_certificate(chain: bytes) -> bytes:
    """The one that is no CA (6.4); the device has just found exactly one."""
    for block in re.findall(rb"-----BEGIN.*?-----END CERTIFICATE-----", chain, re.DOTALL):
        certificate = x509.load_pem_x509_certificate(block)
        if not any(isinstance(e.value, x509.BasicConstraints) and e.value.ca for e in certificate.extensions):
            return certificate.public_bytes(serialization.Encoding.DER)
    raise WibError(OURS, "no certificate of the device's own in the chain")


def check_size(greeting: Greeting, plaintext: bytes) -> None:
    size = len(plaintext) + 64
    need(size <= greeting.max, f"certificates and key make {size} bytes, the device takes {greeting.max}")


def set_up(args: argparse.Namespace) -> dict[str, Any]:
    target = parse_url(args.url)
    serial = canonical_serial(read_file(args.serial_file).decode("latin-1") if args.serial_file
                              else os.environ.get("WIB_SERIAL", ""))                  # 10, step 1
    authority = read_authority(args) if args.csr is not None else None
    chain, key = (b"", b"") if authority else (read_blocks(args.cert, True), read_blocks(args.key, False))
    greeting = greet(target, args.suite, args.bench)                                  # step 2
    check_size(greeting, chain + key)
    session = agree(target, args.suite, greeting, serial)                             # step 3
    session.step(AUTH, serial, 204)                                                   # step 4
    if authority:                                                                     # step 5
        csr = check_csr(session.step(CSR, f"key=p256\ncn={args.csr}\n".encode(), 200), args.csr)
        Path(args.csr_out or f"{args.csr}.csr.pem").write_bytes(csr.public_bytes(serialization.Encoding.PEM))
        chain = certify(csr, args.csr, authority, args.days)
        check_size(greeting, chain)
    session.step(KEY, chain + key, 204)                                               # step 6
    session.enc = session.mac = session.mac_device = b""     # step 7; Python cannot wipe what it has freed
    if args.tls_port:
        served = served_certificate(target, args.tls_port)
        need(served == own_certificate(chain), "the device serves another certificate")
    return {"ok": True, "suite": args.suite, "build": greeting.build, "tlsChecked": bool(args.tls_port)}


def main(arguments: list[str]) -> int:
    as_json = "--json" in arguments
    try:
        result = set_up(parse_arguments(arguments))
        print(json.dumps(result) if as_json else f"wib: set up with {result['suite']}")
        return 0
    except WibError as error:
        print(f"wib: error: {error}", file=sys.stderr)
        if error.hint:
            print(f"wib: hint: {error.hint}", file=sys.stderr)
        if as_json:
            print(json.dumps({"ok": False, "exit": error.status, "code": error.code, "error": str(error)}))
        return error.status
    except (OSError, ValueError, KeyboardInterrupt) as error:
        print(f"wib: error: {type(error).__name__}", file=sys.stderr)
        return OURS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
