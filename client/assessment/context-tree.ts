// What followed which context: the memory of the MultiMMC and LZ78Y predictors.
// A node is a context, its path from the root the symbols seen last, the latest first, so that all contexts of one
// position lie on one path and the walk ends where the data becomes new. A node counts what followed it and keeps the
// most frequent of those at hand; in a tie that is the largest symbol, as the standard says. A node may exist
// only because a longer context runs through it; its `support` is then 0.

/** The empty context. It is never asked for a prediction. */
export const ROOT = 1;
/** No such context. */
export const NONE = 0;

const FIRST_NODES = 1 << 12;
const FIRST_SLOTS = 1 << 14;
/** Pairs are keyed as node * alphabet + symbol in 31 bits. */
const MAX_NODES = 1 << 23;

/** Fibonacci hashing. The shift throws away the low bits, which hardly depend on the node. */
const HASH_FACTOR = 0x9e3779b1;
const HASH_SHIFT = 8;

/** A map from (node, symbol) to a positive integer: open addressing, at most half full, never deleted from. */
class PairMap {
  private readonly alphabet: number;
  private keys = new Int32Array(FIRST_SLOTS);
  private values = new Int32Array(FIRST_SLOTS);
  private used = 0;

  constructor(alphabet: number) {
    this.alphabet = alphabet;
  }

  /** The pair's slot if it is in the map, else the free slot where it would go; valid until the next `fill`. */
  find(node: number, symbol: number): number {
    return this.findKey(node * this.alphabet + symbol);
  }

  /** 0 for a free slot. */
  valueAt(slot: number): number {
    return this.values[slot];
  }

  increment(slot: number): number {
    return ++this.values[slot];
  }

  fill(slot: number, node: number, symbol: number, value: number): void {
    this.keys[slot] = node * this.alphabet + symbol;
    this.values[slot] = value;
    if (++this.used * 2 > this.keys.length) this.grow();
  }

  private findKey(key: number): number {
    const keys = this.keys;
    const mask = keys.length - 1;
    // Most pairs of bits occur, so there the key itself is the best hash: no collisions, and neighbours stay close.
    let slot = (this.alphabet === 2 ? key : Math.imul(key, HASH_FACTOR) >>> HASH_SHIFT) & mask;
    // Keys are never 0, nodes begin at 1.
    while (keys[slot] !== key && keys[slot] !== 0) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { keys, values } = this;
    this.keys = new Int32Array(keys.length * 2);
    this.values = new Int32Array(keys.length * 2);
    for (let old = 0; old < keys.length; old++) {
      if (keys[old] === 0) continue;
      const slot = this.findKey(keys[old]);
      this.keys[slot] = keys[old];
      this.values[slot] = values[old];
    }
  }
}

export class ContextTree {
  private readonly children: PairMap;
  private readonly followers: PairMap;
  private nodes = ROOT + 1;
  private favourites = new Uint8Array(FIRST_NODES);
  private supports = new Int32Array(FIRST_NODES);

  constructor(alphabet: number) {
    this.children = new PairMap(alphabet);
    this.followers = new PairMap(alphabet);
  }

  /** The context that reaches one symbol further back, or `NONE`. */
  child(node: number, symbol: number): number {
    return this.children.valueAt(this.children.find(node, symbol));
  }

  /** The same, made if it is not there. */
  grow(node: number, symbol: number): number {
    const slot = this.children.find(node, symbol);
    const known = this.children.valueAt(slot);
    if (known !== NONE) return known;

    const fresh = this.nodes++;
    if (fresh >= MAX_NODES) throw new RangeError("context tree: more nodes than its keys can name");
    if (fresh >= this.supports.length) this.widen();
    this.children.fill(slot, node, symbol, fresh);
    return fresh;
  }

  /** What followed this context most often. Meaningless while `support` is 0. */
  favourite(node: number): number {
    return this.favourites[node];
  }

  /** How often the favourite followed. */
  support(node: number): number {
    return this.supports[node];
  }

  /** Counts that `symbol` followed; a first time only if `mayAdd`. Returns whether it was a first time, and counted. */
  observe(node: number, symbol: number, mayAdd: boolean): boolean {
    const slot = this.followers.find(node, symbol);
    const known = this.followers.valueAt(slot) > 0;
    if (!known && !mayAdd) return false;

    let count = 1;
    if (known) count = this.followers.increment(slot);
    else this.followers.fill(slot, node, symbol, count);
    const best = this.supports[node];
    if (count > best || (count === best && symbol > this.favourites[node])) {
      this.supports[node] = count;
      this.favourites[node] = symbol;
    }
    return !known;
  }

  private widen(): void {
    const favourites = new Uint8Array(this.favourites.length * 2);
    const supports = new Int32Array(this.supports.length * 2);
    favourites.set(this.favourites);
    supports.set(this.supports);
    this.favourites = favourites;
    this.supports = supports;
  }
}
