// Known answers for the crypto of a board, one specification for everybody who runs the probe (firmware/probe.ts): the bench
// on a board, the tests on the simulator and on the interpreter. Arguments and answers in hex; `none`: there has to be no
// result. Where nobody publishes an answer it is another implementation's, as `source` says; tests recompute all of them.
import { chacha20 } from "@noble/ciphers/chacha.js";
import { ctr } from "@noble/ciphers/aes.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

export interface CryptoCase {
  /** What it is called in reports; its own. */
  name: string;
  /** Of the probe. */
  operation: string;
  args: string[];
  answer: string;
  source: string;
  /** Bytes that go through, where a rate is of interest. */
  bytes?: number;
}

const text = (characters: string): string => bytesToHex(utf8ToBytes(characters));
const KILOBYTE = Uint8Array.from({ length: 1024 }, (_, i) => (i * 31 + (i >> 3)) & 255);
const KEY = Uint8Array.from({ length: 32 }, (_, i) => i * 7 + 1);
const STEP = 2;

/** The counter of firmware/crypto/aes-ctr.ts. */
const firstCounter = (): Uint8Array => Uint8Array.of(STEP, ...new Uint8Array(15));

const HASHES: CryptoCase[] = [
  {
    ...{ name: "SHA-256 of one block", operation: "sha256", args: [text("abc")], source: "FIPS 180-4" },
    answer: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  },
  {
    ...{ name: "SHA-256 of two blocks", operation: "sha256", source: "FIPS 180-4" },
    args: [text("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")],
    answer: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  },
  {
    ...{ name: "SHA-256 of 1,024 bytes", operation: "sha256", source: "@noble/hashes", bytes: KILOBYTE.length },
    ...{ args: [bytesToHex(KILOBYTE)], answer: bytesToHex(sha256(KILOBYTE)) },
  },
  {
    ...{ name: "SHA-512 of one block", operation: "sha512", args: [text("abc")], source: "FIPS 180-4" },
    answer:
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
  },
  {
    ...{ name: "SHA-512 of 1,024 bytes", operation: "sha512", source: "@noble/hashes", bytes: KILOBYTE.length },
    ...{ args: [bytesToHex(KILOBYTE)], answer: bytesToHex(sha512(KILOBYTE)) },
  },
  {
    ...{ name: "HMAC-SHA-256", operation: "hmac-sha256", source: "RFC 4231 section 4.3" },
    args: [text("Jefe"), text("what do ya want for nothing?")],
    answer: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  },
  {
    ...{ name: "HMAC-SHA-512", operation: "hmac-sha512", source: "RFC 4231 section 4.3" },
    args: [text("Jefe"), text("what do ya want for nothing?")],
    answer:
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
  },
  {
    ...{ name: "HKDF-SHA-256", operation: "hkdf-sha256", source: "RFC 5869 A.1" },
    args: ["0b".repeat(22), "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9", "2a"],
    answer: "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
  },
];

const CIPHERS: CryptoCase[] = [
  {
    ...{ name: "AES-256, two blocks", operation: "aes256-block", source: "NIST SP 800-38A F.1.5" },
    args: [
      "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
      "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51",
    ],
    answer: "f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870",
  },
  {
    ...{ name: "AES-256-CTR, 1,024 bytes", operation: "aes256-ctr", source: "@noble/ciphers", bytes: KILOBYTE.length },
    args: [bytesToHex(KEY), bytesToHex(Uint8Array.of(STEP)), bytesToHex(KILOBYTE)],
    answer: bytesToHex(ctr(KEY, firstCounter()).encrypt(KILOBYTE)),
  },
  {
    ...{ name: "ChaCha20, one block", operation: "chacha20", source: "RFC 8439 section 2.3.2" },
    args: ["000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "01", "000000090000004a00000000", "01"],
    answer:
      "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4ed2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e",
  },
  {
    ...{ name: "ChaCha20, 1,024 bytes", operation: "chacha20", source: "@noble/ciphers", bytes: 1024 },
    args: [bytesToHex(KEY), "00", "070000004041424344454647", "10"],
    answer: bytesToHex(
      chacha20(KEY, Uint8Array.from(Buffer.from("070000004041424344454647", "hex")), new Uint8Array(1024)),
    ),
  },
  {
    ...{ name: "ChaCha20-Poly1305", operation: "chacha20-poly1305", source: "RFC 8439 section 2.8.2" },
    args: [
      "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
      "070000004041424344454647",
      "50515253c0c1c2c3c4c5c6c7",
      text(
        "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
      ),
    ],
    answer:
      "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691",
  },
  {
    ...{ name: "AES-128-GCM", operation: "aes128-gcm", source: "McGrew and Viega, GCM, test case 4" },
    args: [
      "feffe9928665731c6d6a8f9467308308",
      "cafebabefacedbaddecaf888",
      "feedfacedeadbeeffeedfacedeadbeefabaddad2",
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    ],
    answer:
      "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47",
  },
  {
    ...{ name: "generator, 64 bytes after a seed", operation: "drbg", source: "docs/vectors/drbg.json" },
    args: ["00".repeat(32), "40"],
    answer:
      "ffcbb5791fe2f02a9d0643a788716fe74b2fd910378a3d75f656a39ea48f1c12a2e6b6d0b0e00bdbb27ebe34c2ee1fc259763b585176ab52c8f5d1467150f1e1",
  },
];

// draft-irtf-cfrg-cpace-21, appendix B.1.
const CPACE = {
  sid: "7e4b4791d6a8ef019b936c79fb7f2c57",
  generator: "d04bf6d41f6a289632a2e929fa29bebd51092512a7829fdde7d314b62f05a73f",
  Ya: "1d13c89278cdadd826f6d8d7f887701430f8380ddc17611cdd6dc989ce0c9f32",
  Yb: "248cccf6d5cdc3646f0ad593f9e6cef4e69d4945f8372e623512ecea32185623",
};

// NIST CAVP, ECC CDH, P-256, count 0.
const NIST = {
  peer: "700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac",
  scalar: "7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534",
  own: "ead218590119e8876b29146ff89ca61770c4edbbf97d38ce385ed281d8a6b23028af61281fd35e2fa7002523acc85a429cb06ee6648325389f59edfce1405141",
};

// RFC 6979 A.2.5.
const ECDSA = {
  key: "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
  publicKey:
    "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
  digest: "af2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf", // SHA-256 of "sample"
  signature:
    "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
};

const CURVES: CryptoCase[] = [
  {
    ...{ name: "X25519", operation: "x25519", source: "RFC 7748 section 5.2" },
    args: [
      "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
      "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
    ],
    answer: "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
  },
  {
    ...{ name: "X25519 of a low-order point", operation: "x25519", source: "RFC 7748 section 6.1: all zero" },
    ...{ args: ["77".repeat(32), "01".padEnd(64, "0")], answer: "none" },
  },
  {
    ...{
      name: "CPace generator, by Elligator 2",
      operation: "cpace-generator",
      source: "draft-irtf-cfrg-cpace-21 B.1",
    },
    args: ["50617373776f7264", "0b415f696e69746961746f720b425f726573706f6e646572", CPACE.sid],
    answer: CPACE.generator,
  },
  {
    ...{ name: "CPace session key", operation: "cpace-key", source: "draft-irtf-cfrg-cpace-21 B.1" },
    args: [
      CPACE.sid,
      "5b067effbdc0b2a0e1d907b21ebb25cfedb96a852179a847c37e43ee71322c6b",
      ...[CPACE.Ya, "414461", CPACE.Yb, "414462"],
    ],
    answer:
      "6e19b875f7a561d6b3ca3dbb9ef42ac55de3e717881018204b8922b4d5e53bb2aa82c300bea7b65d2b671da71922ddf6472301b79bc270adfa8bf413285f2263",
  },
  {
    ...{
      name: "P-256, base point",
      operation: "p256",
      args: [NIST.scalar],
      answer: NIST.own,
      source: "NIST CAVP ECC CDH",
    },
  },
  {
    ...{ name: "P-256, another point", operation: "p256", source: "NIST CAVP ECC CDH; y by @noble/curves" },
    args: [NIST.scalar, NIST.peer],
    answer:
      "46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7bc553079d5a6b963c42f013ceb53c9715144bfb52d700d015387e4fae2918a9cd",
  },
  {
    ...{ name: "ECDSA, signing", operation: "ecdsa-sign", source: "RFC 6979 A.2.5" },
    ...{ args: [ECDSA.key, ECDSA.digest], answer: ECDSA.signature },
  },
  {
    ...{ name: "ECDSA, a good signature", operation: "ecdsa-verify", source: "RFC 6979 A.2.5" },
    ...{ args: [ECDSA.publicKey, ECDSA.digest, ECDSA.signature], answer: "01" },
  },
  {
    ...{ name: "ECDSA, a bad signature", operation: "ecdsa-verify", source: "RFC 6979 A.2.5, its last bit turned" },
    ...{ args: [ECDSA.publicKey, ECDSA.digest, `${ECDSA.signature.slice(0, -1)}9`], answer: "none" },
  },
];

// The group of RFC 7919; values by OpenSSL 3.0 (crypto.createDiffieHellman).
const FFDHE: CryptoCase[] = [
  {
    ...{ name: "ffdhe2048, a public value", operation: "ffdhe2048", source: "OpenSSL" },
    args: ["41f3c1f3c1f3c1f3c1f3c1f3c1f3c1f3c1f3c1f3c1f3c1f3c1f3c1f3c1f3cb0b"],
    answer:
      "7fd5812f377406a9580888d18e844b3f5a467453c2fe57604f4cfbe657b21502034b4afa92c03ee55c5546a5c5c5b86264efb2e72d35c5807d5f3bf07f3744b7d02dc3311d8c20136b27bde28275712539184a25641306f34f9c291d8eee86e8ded27c81b854b52a0215385241b6a3e979834231af7cdbc37426b9696973531dbf05de77821d8fb70715cd6fd0190c7076c0f45f4abf2401c085d52db46f8f7313a9bbf860e31f2cf39ed599db32361524a1354f58f0c90c5a9b88cba3b375160973cb0e32aa4df692fcebbde6f5aba9c4df8bdee2188791d27c05af3c77a26e9ab45ce91e386c4eb678633358f1ea26d023aca2441c2048ae5f10f6afcdc5ed",
  },
  {
    ...{ name: "ffdhe2048, a shared secret", operation: "ffdhe2048", source: "OpenSSL" },
    args: [
      "41f3c1f3c1f3c1f3c1f3c1f3c1f3c1f3c1f3c1f3c1f3c1f3c1f3c1f3c1f3cb0b",
      "6ed01c467f3b08b0a61e67b5008d0bc7483f15f5400189986d60f349226e5dd8d75773caba2b0e2336199fc7aca0ea1ca8945b2bc8df52ee422e565fd8e10ac74f825e3f449528d62b21699f60b077f2276856bf1efe79e140033cf6f7ff2f82e0586a31bae24b774299e39f6dc912c4694e09528dc21ea5ebaf1b5a67d83ca85018a448a11293b4a90349f4ca0a432ccc58d7f004de0618ac75c5546f716b8da0673498342e593481a3369c0ce9ad361917e20b50accf5a9ecd3cf2ba3fbf9be403a0a5d8e2a28c095cc6b55dc4885adf256b446ea5044b62226e0376efa8cec74d31cc4cc02070cf5700ea9ad425d3e5d94471cd01d15fe97a648011e15888",
    ],
    answer:
      "acc5ad17bbb5c63fe3a1c58cbd2d8329cae7b8b2b5579148b8bd44780feba325728b828bf9d0dfaf580c3c832f599395f576d18f9226f417c45d34f73e2d89e2e30ef16e96cbbbcc0cea5d0db70992b56acdb83ceb3147333cc6b013948fccccfd4887832ede53252e0424e1a7200f17a5491d02b80832c69f3edb5c12c05e9fa43c48af10428a95034dc0ecb54271636c88446375e780865fd6a0eaeb46241a08859c394ab0f660a9f0d68e6fea94800adb2e32132775747881dcdf1ac724b18cb4bd71ee78fff6de2e553826b31fe1fbf038d502381fbe349f54fc596af2444bc48663e1da6cf110a6f1f8f25c48ba48fd865a486b5d05d8445cc411f1a065",
  },
];

export const CRYPTO_CASES: readonly CryptoCase[] = [...HASHES, ...CIPHERS, ...CURVES, ...FFDHE];
