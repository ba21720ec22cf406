"""Runs one script of tlsfuzzer with ECDSA among the signature schemes that its clients offer.

    python3 tlsfuzzer_script.py TLSFUZZER SCRIPT ARGUMENTS...

Most of its scripts offer RSA alone, for a server that has an RSA key. Where a list names RSA-PSS, this adds ecdsa_secp256r1_sha256
behind it; nothing else of what they send is changed, and nothing of what they expect.
"""
import os
import runpy
import sys

place, script = sys.argv[1:3]
sys.path.insert(0, place)
os.chdir(place)

from tlslite.constants import SignatureScheme  # noqa: E402
from tlslite.extensions import SignatureAlgorithmsCertExtension, SignatureAlgorithmsExtension  # noqa: E402

RSA_PSS = {SignatureScheme.rsa_pss_rsae_sha256, SignatureScheme.rsa_pss_pss_sha256}


def with_ecdsa(create):
    def changed(self, schemes):
        ecdsa = SignatureScheme.ecdsa_secp256r1_sha256
        if schemes and RSA_PSS & set(schemes) and ecdsa not in schemes:
            schemes = list(schemes) + [ecdsa]
        return create(self, schemes)

    return changed


for extension in (SignatureAlgorithmsExtension, SignatureAlgorithmsCertExtension):
    extension.create = with_ecdsa(extension.create)

sys.argv = [script] + sys.argv[3:]
runpy.run_path(os.path.join(place, "scripts", script), run_name="__main__")
