// Suffix array by induced sorting (SA-IS: Nong, Zhang, Chan 2009) and the longest common prefixes of neighbours
// (Kasai's theorem in the order of Kärkkäinen, Manzini, Puglisi 2009). Both are linear in time for any data, which
// matters here: a stuck or periodic source is exactly what gets measured, and slow sorts crawl on repetitions.
// Memory: 9 bytes a symbol for the sort, 8 for the prefixes.

const EMPTY = -1;

/** The start positions of all suffixes of `text`, in ascending order. Symbols are 0..alphabet-1. */
export function suffixArray(text: Uint8Array | Int32Array, alphabet: number): Int32Array {
  const order = new Int32Array(text.length);
  if (text.length < 2) return order;
  const rising = risingSuffixes(text);
  const buckets = bucketStarts(text, alphabet);

  // A leftmost rising suffix (LMS) is a rising one behind a falling one. Sorted by their first stretch only, they get
  // names; if names repeat, the string of names is sorted by recursion. It is at most half as long.
  const stretches = leftmostRising(rising);
  placeAtBucketEnds(order, text, buckets, stretches);
  induce(order, text, rising, buckets);
  const sorted = order.filter((at) => isLeftmostRising(rising, at));
  const { names, count } = nameStretches(text, rising, stretches, sorted);

  if (count < stretches.length) {
    const nameOrder = suffixArray(names, count);
    for (let i = 0; i < sorted.length; i++) sorted[i] = stretches[nameOrder[i]];
  }
  placeAtBucketEnds(order, text, buckets, sorted);
  induce(order, text, rising, buckets);
  return order;
}

/** 1 where a suffix is smaller than the one behind it. The end of the text counts as smaller than any symbol. */
function risingSuffixes(text: Uint8Array | Int32Array): Uint8Array {
  const rising = new Uint8Array(text.length);
  for (let at = text.length - 2; at >= 0; at--) {
    if (text[at] < text[at + 1] || (text[at] === text[at + 1] && rising[at + 1])) rising[at] = 1;
  }
  return rising;
}

function isLeftmostRising(rising: Uint8Array, at: number): boolean {
  return at > 0 && rising[at] === 1 && rising[at - 1] === 0;
}

function leftmostRising(rising: Uint8Array): Int32Array {
  let count = 0;
  for (let at = 1; at < rising.length; at++) count += rising[at] & (rising[at - 1] ^ 1);
  const found = new Int32Array(count);
  for (let at = rising.length - 1; at > 0; at--) if (isLeftmostRising(rising, at)) found[--count] = at;
  return found;
}

/** Where the suffixes that begin with a symbol start in the order; one entry more for the end of the last bucket. */
function bucketStarts(text: Uint8Array | Int32Array, alphabet: number): Int32Array {
  const starts = new Int32Array(alphabet + 1);
  for (let at = 0; at < text.length; at++) starts[text[at] + 1]++;
  for (let symbol = 0; symbol < alphabet; symbol++) starts[symbol + 1] += starts[symbol];
  return starts;
}

/** Empties the order and puts `positions`, taken as ascending, at the ends of their buckets. */
function placeAtBucketEnds(
  order: Int32Array,
  text: Uint8Array | Int32Array,
  buckets: Int32Array,
  positions: Int32Array,
): void {
  const ends = buckets.slice(1);
  order.fill(EMPTY);
  for (let i = positions.length - 1; i >= 0; i--) order[--ends[text[positions[i]]]] = positions[i];
}

/** Sorts all suffixes given the LMS ones: falling ones from the left, then rising ones from the right. */
function induce(order: Int32Array, text: Uint8Array | Int32Array, rising: Uint8Array, buckets: Int32Array): void {
  const last = text.length - 1;
  const starts = buckets.slice();
  // The last suffix falls, and stands right of the empty one, which is not stored.
  order[starts[text[last]]++] = last;
  for (let i = 0; i <= last; i++) {
    const before = order[i] - 1;
    if (before >= 0 && !rising[before]) order[starts[text[before]]++] = before;
  }

  const ends = buckets.slice(1);
  for (let i = last; i >= 0; i--) {
    const before = order[i] - 1;
    if (before >= 0 && rising[before]) order[--ends[text[before]]] = before;
  }
}

/** Names the stretches by rank, equal stretches equally; `names` is in text order. */
function nameStretches(
  text: Uint8Array | Int32Array,
  rising: Uint8Array,
  stretches: Int32Array,
  sorted: Int32Array,
): { names: Int32Array; count: number } {
  // Two LMS positions are never neighbours, so half the position is a free slot of its own.
  const nameAt = new Int32Array((text.length >> 1) + 1);
  let name = -1;
  let previous = -1;
  for (const at of sorted) {
    if (previous < 0 || !sameStretch(text, rising, previous, at)) name++;
    nameAt[at >> 1] = name;
    previous = at;
  }
  return { names: stretches.map((at) => nameAt[at >> 1]), count: name + 1 };
}

/** Compares from one LMS position up to the next. The stretch that runs into the end of the text equals no other. */
function sameStretch(text: Uint8Array | Int32Array, rising: Uint8Array, a: number, b: number): boolean {
  for (let offset = 0; ; offset++) {
    if (a + offset >= text.length || b + offset >= text.length) return false;
    if (text[a + offset] !== text[b + offset] || rising[a + offset] !== rising[b + offset]) return false;
    if (offset > 0 && isLeftmostRising(rising, a + offset)) return isLeftmostRising(rising, b + offset);
  }
}

/** For each suffix in order, how many symbols it shares with the suffix before it; 0 for the first. */
export function commonPrefixes(text: Uint8Array, order: Int32Array): Int32Array {
  const length = text.length;
  const byPosition = new Int32Array(length);
  for (let i = 1; i < length; i++) byPosition[order[i]] = order[i - 1];
  if (length > 0) byPosition[order[0]] = EMPTY;

  // Going through the text, the shared length shrinks by at most one a step.
  let shared = 0;
  for (let at = 0; at < length; at++) {
    const other = byPosition[at];
    if (other === EMPTY) {
      shared = 0;
    } else {
      while (at + shared < length && other + shared < length && text[at + shared] === text[other + shared]) shared++;
    }
    byPosition[at] = shared;
    if (shared > 0) shared--;
  }
  return order.map((at) => byPosition[at]);
}
