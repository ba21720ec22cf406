// Random changes to what key.wib may hold: to bits and bytes of the DER, to its tree, and to the list of blocks. What
// comes out is valid PEM again, so that each change reaches the reader of DER and what is behind it.
import { constructed, nodesOf, primitive, readTree, writeTree } from "./der-tree.ts";
import type { Block, DerNode } from "./der-tree.ts";
import type { TestRandom } from "./random.ts";

const LABELS = [
  ...["CERTIFICATE", "PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "DSA PRIVATE KEY"],
  "ENCRYPTED PRIVATE KEY", // twice as often: nothing else leads there
  ...["EC PARAMETERS", "WIB SETTINGS", "X509 CRL", "CERTIFICATE REQUEST"],
];
const SETTINGS = ['{"server":"a:1"}', '{"server":"a"}', '{"x":1}', "[]", '{"time":1}', '{"wifi":{"ssid":""}}', "{"];
const TAGS = [1, 2, 3, 4, 5, 6, 12, 16, 17, 19, 23, 24, 31, 36, 48, 49, 128, 129, 130, 160, 161, 163, 255];
const OIDS = [
  ...["2a8648ce3d0201", "2a8648ce3d030107", "2b81040022", "2a864886f70d010101", "2b6570", "551d13", "550403"],
  ...["2a8648ce3d040302", "2a864886f70d01010b", "2a8648ce3d040303"],
];

const concat = (...parts: ArrayLike<number>[]) => new Uint8Array(Buffer.concat(parts.map((p) => Uint8Array.from(p))));

// ---- The DER as bytes ----

type ByteChange = (der: Uint8Array, random: TestRandom) => Uint8Array;

const BYTE_CHANGES: ByteChange[] = [
  function flipBit(der, random) {
    const out = der.slice();
    out[random.below(out.length)] ^= 1 << random.below(8);
    return out;
  },
  function setByte(der, random) {
    const out = der.slice();
    out[random.below(out.length)] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)]);
    return out;
  },
  (der, random) => der.slice(0, random.below(der.length)),
  (der, random) => concat(der, random.bytes(1 + random.below(3))),
  function cutOut(der, random) {
    const at = random.below(der.length);
    return concat(der.subarray(0, at), der.subarray(at + 1 + random.below(4)));
  },
  function putIn(der, random) {
    const at = random.below(der.length);
    return concat(der.subarray(0, at), random.bytes(1 + random.below(4)), der.subarray(at));
  },
];

// ---- The DER as a tree: the lengths around a change are right again ----

type TreeChange = (node: DerNode, parent: DerNode | undefined, random: TestRandom, donor: DerNode) => void;

const TREE_CHANGES: TreeChange[] = [
  (node, parent) => void parent?.children?.splice(parent.children.indexOf(node), 1),
  (node, parent) => void parent?.children?.splice(parent.children.indexOf(node), 0, node),
  (_node, parent) => void parent?.children?.reverse(),
  (node, _parent, random, donor) => void Object.assign(node, { lengthBytes: undefined }, random.pick(nodesOf(donor))),
  (node, _parent, random) => void (node.tag = random.pick(TAGS)),
  (node, _parent, random) => void (node.lengthBytes = random.below(5)),
  (node, _parent, random) => void node.children?.push(primitive(random.pick(TAGS), random.bytes(random.below(4)))),
  (node) => void Object.assign(node, constructed(node.tag | 0x20, { ...node })),
  (node) => void Object.assign(node, { children: undefined, bytes: new Uint8Array(0) }),
  (node, _parent, random) => void (node.bytes = concat(random.pick([[0], [255], [0, 0]]), node.bytes)),
  (node, _parent, random) =>
    void (node.bytes = node.bytes.map((b, i, all) => (i === all.length - 1 ? b ^ random.pick([1, 2, 128]) : b))),
  (node, _parent, random) => void (node.bytes = random.bytes(node.bytes.length)),
  (node) => void (node.bytes = node.bytes.subarray(1)),
];

/** What a kind of element is changed to, when one of this tag is there: 0 and 1, other curves, CA or not. */
const BY_TAG: [number, TreeChange][] = [
  [1, (node) => void (node.bytes = node.bytes.map((b) => 255 - b))],
  [2, (node, _parent, random) => void (node.bytes = Uint8Array.from(random.pick([[0], [1], [2], [127], [255], []])))],
  [6, (node, _parent, random) => void (node.bytes = new Uint8Array(Buffer.from(random.pick(OIDS), "hex")))],
  [48, (node) => void (node.children?.length || (node.children = [primitive(1, [255])]))],
];

function changeTree(der: Uint8Array, random: TestRandom, donor: Uint8Array): Uint8Array {
  const [tree, other] = [readTree(der), readTree(donor)];
  const all = nodesOf(tree);
  const isByTag = random.below(4) === 0;
  const [tag, change] = isByTag ? random.pick(BY_TAG) : [0, random.pick(TREE_CHANGES)];
  const fitting = isByTag ? all.filter((node) => node.tag === tag) : all;
  if (!fitting.length) return der;
  const node = random.pick(fitting);
  change(
    node,
    all.find((each) => each.children?.includes(node)),
    random,
    other,
  );
  return writeTree(tree);
}

function changeDer(der: Uint8Array, random: TestRandom, donor: Uint8Array): Uint8Array {
  if (random.below(3) === 0) return random.pick(BYTE_CHANGES)(der, random);
  try {
    return changeTree(der, random, donor);
  } catch {
    return random.pick(BYTE_CHANGES)(der, random); // settings, or changed already
  }
}

// ---- The list of blocks ----

type ListChange = (blocks: Block[], at: number, random: TestRandom, pool: readonly Block[]) => void;

const LIST_CHANGES: ListChange[] = [
  (blocks, at) => void blocks.splice(at, 1),
  (blocks, at) => void blocks.splice(at, 0, blocks[at]),
  (blocks, at, random, pool) => void blocks.splice(at, 0, random.pick(pool)),
  (blocks, at, random, pool) => {
    const { label } = blocks[at];
    blocks.splice(at, 1, random.pick([blocks[at], ...pool].filter((block) => block.label === label)));
  },
  (blocks, at, random) => void (blocks[at] = { ...blocks[at], label: random.pick(LABELS) }),
  (blocks, at, random, pool) => {
    for (let i = 0; i < 4; i++) blocks.splice(at, 0, random.pick(pool.filter((b) => b.label === "CERTIFICATE")));
  },
  (blocks, _at, random) =>
    void blocks.push({ label: "WIB SETTINGS", der: new Uint8Array(Buffer.from(random.pick(SETTINGS))) }),
];

/** @param pool blocks of all valid bundles, for exchange. */
export function mutate(blocks: readonly Block[], random: TestRandom, pool: readonly Block[]): Block[] {
  const out = [...blocks];
  for (let left = random.pick([1, 1, 1, 2, 3]); left && out.length; left--) {
    const at = random.below(out.length);
    if (random.below(6) === 0) random.pick(LIST_CHANGES)(out, at, random, pool);
    else {
      const donor = random.pick(pool).der;
      const { label, der } = out[at];
      if (der.length) out[at] = { label, der: changeDer(der, random, donor) };
    }
  }
  return out.map(({ label, der }) => ({ label, der: der.length ? der : new Uint8Array(1) })); // else it is no PEM
}
