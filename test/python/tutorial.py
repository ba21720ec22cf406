"""The other side of test/firmware/tutorial.test.ts: the tutorial's chain as Python's `cryptography` has it.

ECDH on SECP256R1 with PEM keys, HKDF-SHA256 without salt and info, 32 bytes, AES-256 in CTR mode, HMAC-SHA512.
In: JSON on stdin, {"peers": [PEM, ...], "texts": [hex, ...], "step": n}. Out: JSON, one object a peer.
"""

import json
import sys

from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def exchange(peer_pem, text, step):
    own = ec.generate_private_key(ec.SECP256R1())
    peer = serialization.load_pem_public_key(peer_pem.encode())
    shared = own.exchange(ec.ECDH(), peer)
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=None).derive(shared)
    counter = bytes([step]) + bytes(15)
    encryptor = Cipher(algorithms.AES(key), modes.CTR(counter)).encryptor()
    mac = hmac.HMAC(key, hashes.SHA512())
    mac.update(text)
    pem = own.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return {
        "pem": pem.decode(),
        "shared": shared.hex(),
        "key": key.hex(),
        "ciphertext": (encryptor.update(text) + encryptor.finalize()).hex(),
        "mac": mac.finalize().hex(),
    }


given = json.load(sys.stdin)
pairs = zip(given["peers"], given["texts"])
print(json.dumps([exchange(pem, bytes.fromhex(text), given["step"]) for pem, text in pairs]))
