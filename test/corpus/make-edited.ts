// DER edited by hand: one thing in an otherwise good bundle. The paths are numbers of children, from the root.
import { ERROR } from "../../firmware/protocol.ts";
import {
  constructed,
  derInteger,
  nodeAt,
  primitive,
  readBlocks,
  readTree,
  writeBlocks,
  writeTree,
} from "../support/der-tree.ts";
import type { DerNode } from "../support/der-tree.ts";
import type { Corpus } from "./make.ts";
import type { OpensslFolder } from "./make-openssl.ts";

type Edit = (root: DerNode) => void;

// In a certificate of version 3.
const TBS = 0;
const VERSION = [TBS, 0, 0];
const SERIAL = [TBS, 1];
const ALGORITHM = [TBS, 2];
const ISSUER = [TBS, 3];
const VALIDITY = [TBS, 4];
const SUBJECT = [TBS, 5];
const SPKI = [TBS, 6];
const EXTENSIONS = [TBS, 7, 0];

const unhex = (text: string) => Buffer.from(text, "hex");
const P256_ORDER = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"; // SP 800-186

const set = (path: number[], bytes: ArrayLike<number>) => (root: DerNode) =>
  void (nodeAt(root, ...path).bytes = Uint8Array.from(bytes));
const change = (path: number[], f: (bytes: Uint8Array) => void) => (root: DerNode) => f(nodeAt(root, ...path).bytes);
const push = (path: number[], node: DerNode) => (root: DerNode) => void nodeAt(root, ...path).children!.push(node);
const drop = (path: number[], i: number) => (root: DerNode) => void nodeAt(root, ...path).children!.splice(i, 1);
const long = (path: number[], lengthBytes: number) => (root: DerNode) =>
  void (nodeAt(root, ...path).lengthBytes = lengthBytes);
const tag = (path: number[], value: number) => (root: DerNode) => void (nodeAt(root, ...path).tag = value);

const CERTIFICATE_EDITS: [name: string, code: string, what: string, edit: Edit][] = [
  ["length-outer-long", ERROR.malformedDer, "the outer length in 4 bytes", long([], 4)],
  ["length-tbs-padded", ERROR.malformedDer, "the length of tbsCertificate in 3 bytes", long([TBS], 3)],
  ["length-name-padded", ERROR.malformedDer, "a length within the subject in 2 bytes", long([...SUBJECT, 0, 0, 0], 1)],
  ["length-issuer-padded", ERROR.malformedDer, "a length within the issuer in 2 bytes", long([...ISSUER, 0, 0, 1], 1)],
  ["indefinite-outer", ERROR.malformedDer, "an indefinite length outside", long([], 0)],
  ["indefinite-name", ERROR.malformedDer, "an indefinite length within the subject", long([...SUBJECT, 0], 0)],
  ["indefinite-spki", ERROR.malformedDer, "an indefinite length of the public key", long(SPKI, 0)],
  ["trailing-null", ERROR.malformedDer, "a NULL behind the signature", push([], primitive(5, []))],
  ["trailing-in-tbs", ERROR.malformedDer, "a NULL behind the extensions", push([TBS], primitive(5, []))],
  [
    "trailing-in-validity",
    ERROR.malformedDer,
    "a third date",
    push(VALIDITY, primitive(23, Buffer.from("300101000000Z"))),
  ],
  ["trailing-in-spki", ERROR.malformedDer, "a NULL behind the curve", push([...SPKI, 0], primitive(5, []))],
  ["no-signature", ERROR.malformedDer, "without its signature", drop([], 2)],
  ["no-validity", ERROR.malformedDer, "without its validity", drop([TBS], 4)],
  ["no-serial", ERROR.malformedDer, "without its serial number", drop([TBS], 1)],
  ["one-date", ERROR.malformedDer, "with one date", drop(VALIDITY, 1)],
  ["version-4", ERROR.malformedDer, "version 4", set(VERSION, [3])],
  ["version-1-written", ERROR.malformedDer, "version 1 written out", set(VERSION, [0])],
  ["version-2-extensions", ERROR.malformedDer, "version 2 with extensions", set(VERSION, [1])],
  ["serial-padded", ERROR.malformedDer, "a serial number with a zero too many", set(SERIAL, [0, 1])],
  ["serial-huge", ERROR.malformedDer, "a serial number of 40 bytes", set(SERIAL, Array(40).fill(0x41))],
  ["serial-empty", ERROR.malformedDer, "a serial number without a byte", set(SERIAL, [])],
  [
    "algorithms-differ",
    ERROR.malformedDer,
    "ecdsa-with-SHA384 inside, SHA256 outside",
    set([...ALGORITHM, 0], unhex("2a8648ce3d040303")),
  ],
  [
    "ber-octets",
    ERROR.malformedDer,
    "an extension's value as a constructed OCTET STRING",
    tag([...EXTENSIONS, 0, -1], 0x24),
  ],
  [
    "boolean-1",
    ERROR.malformedDer,
    "cA as BOOLEAN 1",
    (root) => {
      const basic = nodeAt(root, ...EXTENSIONS).children!.find(
        (e) => Buffer.from(e.children![0].bytes).toString("hex") === "551d13",
      )!;
      basic.children!.at(-1)!.bytes = Uint8Array.of(0x30, 3, 1, 1, 1);
    },
  ],
  [
    "boolean-ca",
    ERROR.leafIsCa,
    "cA set, the signature as it was",
    (root) => {
      const basic = nodeAt(root, ...EXTENSIONS).children!.find(
        (e) => Buffer.from(e.children![0].bytes).toString("hex") === "551d13",
      )!;
      basic.children!.at(-1)!.bytes = Uint8Array.of(0x30, 3, 1, 1, 255);
    },
  ],
  ["point-hybrid", ERROR.malformedDer, "a point in hybrid form", change([...SPKI, 1], (bytes) => void (bytes[1] = 6))],
  [
    "point-short",
    ERROR.malformedDer,
    "a point of 64 bytes",
    (root) => void (nodeAt(root, ...SPKI, 1).bytes = nodeAt(root, ...SPKI, 1).bytes.slice(0, -1)),
  ],
  ["point-infinity", ERROR.malformedDer, "the point at infinity", set([...SPKI, 1], [0, 0])],
  [
    "point-unused-bits",
    ERROR.malformedDer,
    "a BIT STRING with unused bits",
    change([...SPKI, 1], (bytes) => void (bytes[0] = 1)),
  ],
  [
    "point-other",
    ERROR.mismatch,
    "another point, the signature as it was",
    change([...SPKI, 1], (bytes) => void (bytes[40] ^= 1)),
  ],
  [
    "curve-implicit",
    ERROR.unsupportedKey,
    "NULL in place of the curve",
    (root) => void (nodeAt(root, ...SPKI, 0).children![1] = primitive(5, [])),
  ],
  ["key-unknown-oid", ERROR.unsupportedKey, "a public key of algorithm 1.2.3.4", set([...SPKI, 0, 0], [0x2a, 3, 4])],
  [
    "signature-broken",
    "",
    "its signature changed: nobody is there who signed it",
    change([2], (bytes) => void (bytes[30] ^= 1)),
  ],
];

const EC_KEY_EDITS: typeof CERTIFICATE_EDITS = [
  ["version-2", ERROR.malformedDer, "ECPrivateKey of version 2", set([0], [2])],
  ["version-long", ERROR.malformedDer, "its version in two bytes", set([0], [0, 1])],
  ["length-padded", ERROR.malformedDer, "a length in 2 bytes", long([], 2)],
  ["indefinite", ERROR.malformedDer, "an indefinite length", long([], 0)],
  ["trailing", ERROR.malformedDer, "a NULL behind it all", push([], primitive(5, []))],
  [
    "scalar-short",
    ERROR.malformedDer,
    "a scalar of 31 bytes",
    (root) => void (root.children![1].bytes = root.children![1].bytes.slice(1)),
  ],
  [
    "scalar-long",
    ERROR.malformedDer,
    "a zero before the scalar",
    (root) => void (root.children![1].bytes = Uint8Array.of(0, ...root.children![1].bytes)),
  ],
  ["no-curve", ERROR.unsupportedKey, "no curve", drop([], 2)],
  ["scalar-zero", ERROR.badKey, "the scalar 0", set([1], Array(32).fill(0))],
  ["scalar-n", ERROR.badKey, "the scalar n", set([1], unhex(P256_ORDER))],
  ["scalar-ones", ERROR.badKey, "a scalar of ones", set([1], Array(32).fill(255))],
  ["scalar-other", ERROR.badKey, "another scalar beside the same point", change([1], (bytes) => void (bytes[31] ^= 1))],
  [
    "point-other",
    ERROR.mismatch,
    "another point beside the same scalar",
    change([3, 0], (bytes) => void (bytes[50] ^= 1)),
  ],
  ["point-hybrid", ERROR.malformedDer, "its point in hybrid form", change([3, 0], (bytes) => void (bytes[1] = 7))],
];

/** In RSAPrivateKey: version, then these. */
const RSA_NAMES = ["n", "e", "d", "p", "q", "dp", "dq", "qi"];

function valueOf(root: DerNode, name: string): bigint {
  return BigInt(`0x${Buffer.from(nodeAt(root, 1 + RSA_NAMES.indexOf(name)).bytes).toString("hex")}`);
}

const put =
  (name: string, f: (value: bigint, root: DerNode) => bigint): Edit =>
  (root) =>
    void (root.children![1 + RSA_NAMES.indexOf(name)] = derInteger(f(valueOf(root, name), root)));

const RSA_KEY_EDITS: typeof CERTIFICATE_EDITS = [
  ...["d", "p", "q", "dp", "dq", "qi"].map((name): (typeof CERTIFICATE_EDITS)[0] => [
    `${name}-changed`,
    ERROR.badKey,
    `${name} with one bit changed`,
    put(name, (v) => v ^ 4n),
  ]),
  [
    "swapped-primes",
    ERROR.badKey,
    "p and q exchanged, nothing else",
    (root) => {
      const [p, q] = ["p", "q"].map((name) => valueOf(root, name));
      put("p", () => q)(root);
      put("q", () => p)(root);
    },
  ],
  ["dp-not-reduced", ERROR.badKey, "dP = d", put("dp", (_v, root) => valueOf(root, "d"))],
  [
    "one-prime",
    ERROR.badKey,
    "p = n, q = 1",
    (root) => {
      put("p", (_v, r) => valueOf(r, "n"))(root);
      put("q", () => 1n)(root);
    },
  ],
  ["n-changed", ERROR.mismatch, "n with one bit changed", put("n", (v) => v ^ 4n)],
  ["e-changed", ERROR.mismatch, "e = 3", put("e", () => 3n)],
  ["d-zero", ERROR.malformedDer, "d = 0", put("d", () => 0n)],
  [
    "q-negative",
    ERROR.malformedDer,
    "q negative",
    (root) => void (nodeAt(root, 5).bytes = nodeAt(root, 5).bytes.slice(1)),
  ],
  [
    "p-padded",
    ERROR.malformedDer,
    "p with a zero too many",
    (root) => void (nodeAt(root, 4).bytes = Uint8Array.of(0, ...nodeAt(root, 4).bytes)),
  ],
  ["seven-numbers", ERROR.malformedDer, "without qInv", drop([], 8)],
  ["nine-numbers", ERROR.malformedDer, "a ninth number", push([], derInteger(3n))],
  ["version-1", ERROR.malformedDer, "version 1, two primes", set([0], [1])],
];

const PKCS8_EDITS: typeof CERTIFICATE_EDITS = [
  ["version-2", ERROR.malformedDer, "version 2", set([0], [2])],
  ["curves-differ", ERROR.unsupportedKey, "P-384 by the algorithm", set([1, 1], unhex("2b81040022"))],
  [
    "inner-trailing",
    ERROR.malformedDer,
    "a NULL within the OCTET STRING, behind the key",
    (root) => void (nodeAt(root, 2).bytes = Uint8Array.of(...nodeAt(root, 2).bytes, 5, 0)),
  ],
  ["attributes", "", "an empty set of attributes behind the key", push([], constructed(0xa0))],
  ["trailing", ERROR.malformedDer, "a NULL behind the key", push([], primitive(5, []))],
];

export function addEdited(corpus: Corpus, o: OpensslFolder): void {
  const files = (...names: string[]) => readBlocks(names.map((name) => o.text(name)).join(""));
  const addAll = (prefix: string, names: string[], at: number, edits: typeof CERTIFICATE_EDITS) => {
    for (const [name, code, what, edit] of edits) {
      const blocks = files(...names);
      const tree = readTree(blocks[at].der);
      edit(tree);
      blocks[at].der = writeTree(tree);
      corpus.add(
        `${prefix}-${name}`,
        code,
        `${o.origin(...names)}; block ${at + 1} edited by hand: ${what}`,
        writeBlocks(blocks),
      );
    }
  };
  addAll("edit-certificate", ["ec.pem", "ec.key"], 0, CERTIFICATE_EDITS);
  addAll("edit-ec-key", ["ec.pem", "ec.key"], 1, EC_KEY_EDITS);
  addAll("edit-rsa-key", ["rsa2048.pem", "rsa2048.p1"], 1, RSA_KEY_EDITS);
  addAll("edit-pkcs8", ["ec.pem", "ec.p8"], 1, PKCS8_EDITS);

  const cut = (bytes: number) => (der: Uint8Array) => der.slice(0, bytes);
  const flip = (at: number) => (der: Uint8Array) =>
    der.map((byte, i, all) => (i === (at + all.length) % all.length ? byte ^ 1 : byte));
  const bytes: [string, string, string, string[], number, (der: Uint8Array) => Uint8Array][] = [
    ["cut-certificate", ERROR.malformedDer, "cut at 200 bytes", ["ec.pem", "ec.key"], 0, cut(200)],
    ["cut-key", ERROR.malformedDer, "cut at 40 bytes", ["ec.pem", "ec.key"], 1, cut(40)],
    [
      "behind-certificate",
      ERROR.malformedDer,
      "a byte behind it",
      ["ec.pem", "ec.key"],
      0,
      (der) => Uint8Array.of(...der, 0),
    ],
    [
      "behind-key",
      ERROR.malformedDer,
      "a byte behind it",
      ["rsa2048.pem", "rsa2048.p1"],
      1,
      (der) => Uint8Array.of(...der, 0),
    ],
    [
      "link-signature",
      ERROR.badChain,
      "the last byte of its signature changed",
      ["under1.pem", "inter1.pem", "under1.key"],
      0,
      flip(-1),
    ],
    [
      "link-serial",
      ERROR.badChain,
      "its serial number changed, the signature not",
      ["under2.pem", "inter2.pem", "inter1.pem", "under2.key"],
      1,
      flip(25),
    ],
    [
      "link-last",
      "",
      "the last byte of the last certificate's signature changed",
      ["under1.pem", "inter1.pem", "under1.key"],
      1,
      flip(-1),
    ],
  ];
  for (const [name, code, what, names, at, f] of bytes) {
    const blocks = files(...names);
    blocks[at].der = f(blocks[at].der);
    corpus.add(
      `edit-${name}`,
      code,
      `${o.origin(...names)}; block ${at + 1} edited by hand: ${what}`,
      writeBlocks(blocks),
    );
  }
}
