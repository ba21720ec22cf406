// The four predictors as SP 800-90B tells them, one small step after the other and slow: windows are counted afresh,
// contexts are text. They say how many guesses were right and how long the longest run was.

interface Guesses {
  right: number;
  longestRun: number;
}

/** Runs sub-predictors side by side. `guess(at)` gives one guess each, null for none. */
function compete(data: Uint8Array, first: number, count: number, guess: (at: number) => (number | null)[]): Guesses {
  const scores = new Array<number>(count).fill(0);
  let winner = 0;
  let right = 0;
  let run = 0;
  let longestRun = 0;
  for (let at = first; at < data.length; at++) {
    const guesses = guess(at);
    if (guesses[winner] === data[at]) {
      right++;
      longestRun = Math.max(longestRun, ++run);
    } else if (guesses[winner] !== null) {
      // A null of the winner leaves the run alone: NIST's tool, see multiMmc.
      run = 0;
    }
    guesses.forEach((value, i) => {
      if (value === data[at] && ++scores[i] >= scores[winner]) winner = i;
    });
  }
  return { right, longestRun };
}

export function naiveMultiMcw(data: Uint8Array): Guesses {
  const sizes = [63, 255, 1023, 4095];
  return compete(data, 63, 4, (at) =>
    sizes.map((size) => {
      if (at < size) return null;
      const counts = new Map<number, number>();
      const lastSeen = new Map<number, number>();
      for (let i = at - size; i < at; i++) {
        counts.set(data[i], (counts.get(data[i]) ?? 0) + 1);
        lastSeen.set(data[i], i);
      }
      const values = [...counts.keys()];
      return values.sort((a, b) => counts.get(b)! - counts.get(a)! || lastSeen.get(b)! - lastSeen.get(a)!)[0];
    }),
  );
}

export function naiveLag(data: Uint8Array): Guesses {
  return compete(data, 1, 128, (at) =>
    Array.from({ length: 128 }, (_, i) => (at - 1 - i >= 0 ? data[at - 1 - i] : null)),
  );
}

/** What followed each context, by length of the context. */
type Model = Map<string, Map<number, number>>;

function favourite(followers: Map<number, number> | undefined): [value: number, count: number] | null {
  const sorted = [...(followers ?? [])].sort(([a, countA], [b, countB]) => countB - countA || b - a);
  return sorted[0] ?? null;
}

export function naiveMultiMmc(data: Uint8Array): Guesses {
  const models: Model[] = Array.from({ length: 16 }, () => new Map());
  return compete(data, 2, 16, (at) => {
    models.forEach((model, i) => {
      const depth = i + 1;
      if (at - 1 - depth < 0) return;
      const context = data.subarray(at - 1 - depth, at - 1).join();
      const followers = model.get(context) ?? new Map<number, number>();
      model.set(context, followers.set(data[at - 1], (followers.get(data[at - 1]) ?? 0) + 1));
    });
    return models.map((model, i) => {
      return at - 1 - i < 0 ? null : (favourite(model.get(data.subarray(at - 1 - i, at).join()))?.[0] ?? null);
    });
  });
}

const MAX_CONTEXTS = 65_536;

export function naiveLz78y(data: Uint8Array): Guesses {
  const dictionary: Model = new Map();
  return compete(data, 17, 1, (at) => {
    for (let depth = 16; depth >= 1; depth--) {
      const context = data.subarray(at - 1 - depth, at - 1).join();
      if (!dictionary.has(context) && dictionary.size < MAX_CONTEXTS) dictionary.set(context, new Map());
      const followers = dictionary.get(context);
      followers?.set(data[at - 1], (followers.get(data[at - 1]) ?? 0) + 1);
    }
    let best: [value: number, count: number] | null = null;
    for (let depth = 16; depth >= 1; depth--) {
      const found = favourite(dictionary.get(data.subarray(at - depth, at).join()));
      if (found && (!best || found[1] > best[1])) best = found;
    }
    // No prediction is a wrong one here.
    return [best ? best[0] : -1];
  });
}
