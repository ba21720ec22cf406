// DER as a tree that can be changed and written again, in forms that DER forbids too.

export interface DerNode {
  tag: number;
  children?: DerNode[];
  /** Where there are no children. */
  bytes: Uint8Array;
  /** Bytes of the length, where it is to be written longer than it has to be; 0 for the indefinite form. */
  lengthBytes?: number;
}

/** @throws Error for what is no DER. */
export function readTree(der: Uint8Array): DerNode {
  const [node, end] = readNode(der, 0);
  if (end !== der.length) throw new Error("bytes behind the end");
  return node;
}

function readNode(der: Uint8Array, at: number): [DerNode, number] {
  let length = der[at + 1];
  let start = at + 2;
  if (length > 127) {
    start += length - 128;
    length = Number(`0x${Buffer.from(der.subarray(at + 2, start)).toString("hex")}`);
  }
  const end = start + length;
  if (!(end <= der.length)) throw new Error("no DER");
  const node: DerNode = { tag: der[at], bytes: der.slice(start, end) };
  if (node.tag & 0x20) {
    node.children = [];
    for (let next = start; next < end;) {
      const [child, after] = readNode(der.subarray(0, end), next);
      node.children.push(child);
      next = after;
    }
  }
  return [node, end];
}

export function writeTree(node: DerNode): Uint8Array {
  const body = node.children ? Buffer.concat(node.children.map(writeTree)) : Buffer.from(node.bytes);
  if (node.lengthBytes === 0) return Buffer.concat([Buffer.of(node.tag, 0x80), body, Buffer.of(0, 0)]);
  const digits: number[] = [];
  for (let n = body.length; n > 0; n = Math.floor(n / 256)) digits.unshift(n % 256);
  while (digits.length < (node.lengthBytes ?? 0)) digits.unshift(0);
  const isShort = body.length < 128 && node.lengthBytes === undefined;
  const length = isShort ? [body.length] : [128 + digits.length, ...digits];
  return new Uint8Array(Buffer.concat([Buffer.of(node.tag, ...length), body]));
}

/** The node and everything in it. */
export function nodesOf(node: DerNode): DerNode[] {
  return [node, ...(node.children ?? []).flatMap(nodesOf)];
}

/** By the numbers of children, from the root. */
export function nodeAt(root: DerNode, ...path: number[]): DerNode {
  return path.reduce((node, i) => node.children!.at(i)!, root);
}

export function primitive(tag: number, bytes: ArrayLike<number>): DerNode {
  return { tag, bytes: Uint8Array.from(bytes) };
}

export function constructed(tag: number, ...children: DerNode[]): DerNode {
  return { tag, children, bytes: new Uint8Array(0) };
}

/** An INTEGER as DER has it. */
export function derInteger(value: bigint): DerNode {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.length % 2 ? `0${digits}` : digits, "hex");
  return primitive(0x02, bytes[0] > 127 ? [0, ...bytes] : bytes);
}

export interface Block {
  label: string;
  der: Uint8Array;
}

export function readBlocks(pem: string): Block[] {
  return [...pem.matchAll(/-----BEGIN ([^-]+)-----([^-]+)-----END/g)].map(([, label, base64]) => ({
    label,
    der: new Uint8Array(Buffer.from(base64, "base64")),
  }));
}

export function writeBlocks(blocks: readonly Block[]): string {
  return blocks
    .map(({ label, der }) => {
      const lines = Buffer.from(der)
        .toString("base64")
        .replace(/.{64}(?=.)/g, "$&\n");
      return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
    })
    .join("");
}
