"""Keys and certificates as Python's `cryptography` writes them, for the corpus: JSON of PEM texts to stdout."""
import datetime
import json
import sys

from cryptography import __version__, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa, x25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ENC = serialization.Encoding
FMT = serialization.PrivateFormat
NOW = datetime.datetime(2025, 1, 1)


def name(common_name, **more):
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    attributes += [x509.NameAttribute(getattr(NameOID, oid), value) for oid, value in more.items()]
    return x509.Name(attributes)


def certificate(key, subject, issuer, signer, ca=False, algorithm=None, extensions=(), basic=True, **sign):
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW)
        .not_valid_after(NOW + datetime.timedelta(days=7300))
    )
    if basic:
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=1 if ca else None), critical=True)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    made = builder.sign(signer, algorithm or hashes.SHA256(), **sign)
    return made.public_bytes(ENC.PEM).decode()


def private(key, form=FMT.PKCS8, password=None):
    encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(ENC.PEM, form, encryption).decode()


def main():
    out = {"version": __version__}
    root, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, leaf_name = name("python root"), name("python device")
    out["root"] = certificate(root, root_name, root_name, root, ca=True)
    out["leaf"] = certificate(leaf, leaf_name, root_name, root)
    out["leaf-pkcs8"] = private(leaf)
    out["leaf-sec1"] = private(leaf, FMT.TraditionalOpenSSL)
    out["leaf-openssh"] = private(leaf, FMT.OpenSSH)
    out["leaf-encrypted"] = private(leaf, FMT.PKCS8, b"x")
    out["leaf-legacy"] = private(leaf, FMT.TraditionalOpenSSL, b"x")
    rich_name = name("gerät", ORGANIZATION_NAME="Ünïcode GmbH", COUNTRY_NAME="DE", LOCALITY_NAME="x" * 100)
    rich = [
        (x509.SubjectAlternativeName([x509.DNSName("n%d.example" % i) for i in range(20)]), False),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), False),
        (x509.KeyUsage(True, False, False, False, False, False, False, False, False), True),
        (x509.SubjectKeyIdentifier.from_public_key(leaf.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), False),
        (x509.CRLDistributionPoints([x509.DistributionPoint([x509.UniformResourceIdentifier("http://a/crl")], None, None, None)]), False),
    ]
    out["rich"] = certificate(leaf, rich_name, root_name, root, extensions=rich)
    out["no-basic"] = certificate(leaf, leaf_name, root_name, root, basic=False)
    out["no-names"] = certificate(leaf, x509.Name([]), root_name, root, extensions=rich[:1])
    out["cert-sign"] = certificate(leaf, leaf_name, root_name, root, extensions=[(x509.KeyUsage(True, False, False, False, False, True, False, False, False), True)])
    out["unknown-critical"] = certificate(leaf, leaf_name, root_name, root, extensions=[(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)])
    out["sha512"] = certificate(leaf, leaf_name, root_name, root, algorithm=hashes.SHA512())
    out["sha3"] = certificate(leaf, leaf_name, root_name, root, algorithm=hashes.SHA3_256())
    r = rsa.generate_private_key(65537, 2048)
    r_name = name("python rsa")
    out["rsa"] = certificate(r, r_name, r_name, r)
    out["rsa-ca"] = certificate(r, r_name, r_name, r, ca=True)
    out["rsa-pss-signed"] = certificate(leaf, leaf_name, r_name, r, rsa_padding=padding.PSS(padding.MGF1(hashes.SHA256()), 32))
    out["rsa-pkcs8"] = private(r)
    out["rsa-pkcs1"] = private(r, FMT.TraditionalOpenSSL)
    out["rsa-encrypted"] = private(r, FMT.PKCS8, b"x")
    p384 = ec.generate_private_key(ec.SECP384R1())
    out["p384-ca"] = certificate(p384, name("python p384"), name("python p384"), p384, ca=True, algorithm=hashes.SHA384())
    out["under-p384"] = certificate(leaf, leaf_name, name("python p384"), p384, algorithm=hashes.SHA384())
    out["p384-key"] = private(p384)
    ed = ed25519.Ed25519PrivateKey.generate()
    out["ed25519-key"] = private(ed)
    out["ed25519"] = certificate(ed, leaf_name, root_name, root)
    out["x25519-key"] = private(x25519.X25519PrivateKey.generate())
    out["dsa-key"] = private(dsa.generate_private_key(1024), FMT.TraditionalOpenSSL)
    json.dump(out, sys.stdout)


main()
