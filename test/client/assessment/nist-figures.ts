// What NIST's own tool says of the recordings in sources.ts: facts to compare with, none of our own making.
// Tool: usnistgov/SP800-90B_EntropyAssessment, commit 68ed165 (2024-07-12, calls itself 1.1.7), g++ 12.2, x86-64.
// Command: cpp/ea_non_iid -vv FILE BITS, "min entropy" of each estimate, rounded to six decimals. `sha256` begins the
// hash of the file, so a changed generator is not mistaken for a changed estimator. nist-tool.test.ts asks the
// tool again, where there is one.

import type { SourceName } from "./sources.ts";

/** In the order of ESTIMATORS: most common value, collision, Markov, compression, t-tuple, LRS, MultiMCW, lag,
 * MultiMMC, LZ78Y. Bits a symbol. Null: the tool does not run it on this alphabet. */
export type Figures = (number | null)[];

export interface NistFigures {
  source: SourceName;
  bits: number;
  samples: number;
  sha256: string;
  literal: Figures;
  bitstring: Figures | null;
  minEntropy: number;
}

// prettier-ignore
export const NIST_FIGURES: NistFigures[] = [
  { source: "uniform", bits: 1, samples: 12000, sha256: "994e82c0b64b88cf",
    literal: [0.958503, 0.683170, 0.970354, 0.671236, 0.860761, 0.957264, 0.966735, 0.970113, 0.969052, 0.961395],
    bitstring: null,
    minEntropy: 0.671236 },
  { source: "uniform", bits: 4, samples: 6000, sha256: "9567056fca970127",
    literal: [3.734302, null, null, null, 3.514885, 3.683965, 3.999401, 3.778773, 3.815938, 3.815204],
    bitstring: [0.960100, 0.773540, 0.987140, 0.751983, 0.896796, 0.968228, 0.971030, 0.990412, 0.962672, 0.961426],
    minEntropy: 3.007931 },
  { source: "uniform", bits: 8, samples: 5000, sha256: "7c1e0882daa7baf4",
    literal: [6.570402, null, null, null, 6.570402, 6.946424, 7.179583, 7.370587, 7.724873, 7.641130],
    bitstring: [0.975923, 0.796359, 0.989514, 0.758686, 0.885485, 0.968378, 0.981060, 0.977093, 1.000000, 0.986852],
    minEntropy: 6.069488 },
  { source: "biased", bits: 1, samples: 12000, sha256: "ab093353c46f5e35",
    literal: [0.600059, 0.549261, 0.627939, 0.405937, 0.549755, 0.782850, 0.600930, 0.843161, 0.600908, 0.600218],
    bitstring: null,
    minEntropy: 0.405937 },
  { source: "biased", bits: 4, samples: 6000, sha256: "a8967761126d7530",
    literal: [1.456617, null, null, null, 1.405666, 2.570119, 1.460364, 2.660965, 1.481716, 1.482226],
    bitstring: [0.600271, 0.371911, 0.492256, 0.344844, 0.374511, 0.694025, 0.612199, 0.663053, 0.600787, 0.601256],
    minEntropy: 1.379376 },
  { source: "biased", bits: 8, samples: 5000, sha256: "d6dad3c05779f7d8",
    literal: [1.653292, null, null, null, 1.627030, 3.280113, 1.649103, 3.472124, 2.171020, 2.156089],
    bitstring: [0.614118, 0.335547, 0.468767, 0.312274, 0.233445, 0.473537, 0.373349, 0.381069, 0.373393, 0.373382],
    minEntropy: 1.627030 },
  { source: "correlated", bits: 1, samples: 12000, sha256: "ffc6d8ef16b8f5d6",
    literal: [0.941783, 0.358881, 0.628185, 0.395605, 0.568960, 0.854966, 0.825143, 0.614123, 0.614553, 0.614422],
    bitstring: null,
    minEntropy: 0.358881 },
  { source: "correlated", bits: 4, samples: 6000, sha256: "bb4cb24413ee57ad",
    literal: [3.694267, null, null, null, 2.141376, 2.313334, 1.694232, 1.463734, 1.483755, 1.484271],
    bitstring: [0.969838, 0.645949, 0.994567, 0.460346, 0.454193, 0.572922, 0.484279, 0.448387, 0.448385, 0.735588],
    minEntropy: 1.463734 },
  { source: "correlated", bits: 8, samples: 5000, sha256: "9ae6d2d78d5193a8",
    literal: [6.505702, null, null, null, 6.505702, 3.586805, 3.121420, 1.653006, 2.107125, 2.105379],
    bitstring: [0.974859, 0.854237, 0.976630, 0.669787, 0.581913, 0.529730, 0.829093, 0.397366, 0.389053, 0.764490],
    minEntropy: 1.653006 },
  { source: "periodic", bits: 1, samples: 12000, sha256: "b73722d41f3fd34e",
    literal: [0.955702, 0.748896, 0.991887, 0.579446, 0.882648, 0.931123, 0.952633, 0.562109, 0.979211, 0.969388],
    bitstring: null,
    minEntropy: 0.562109 },
  { source: "periodic", bits: 4, samples: 6000, sha256: "461decf2c9ce725a",
    literal: [3.714140, null, null, null, 3.412406, 2.890006, 3.529559, 1.335060, 3.654871, 3.693482],
    bitstring: [0.974673, 0.756649, 0.983637, 0.648689, 0.896796, 0.802111, 0.968787, 0.965194, 0.965369, 0.964474],
    minEntropy: 1.335060 },
  { source: "periodic", bits: 8, samples: 5000, sha256: "8a046f08667b532c",
    literal: [6.570402, null, null, null, 6.570402, 3.430195, 6.230265, 1.537156, 3.762441, 3.761559],
    bitstring: [0.976916, 0.747876, 0.983860, 0.651338, 0.891961, 0.515750, 0.979634, 0.976454, 0.976348, 0.974179],
    minEntropy: 1.537156 },
  { source: "markov", bits: 1, samples: 12000, sha256: "0da6c8bf9e731a79",
    literal: [0.961309, 1.000000, 0.995449, 0.354869, 0.547329, 0.785355, 0.724464, 0.768556, 0.508801, 0.724692],
    bitstring: null,
    minEntropy: 0.354869 },
  { source: "markov", bits: 4, samples: 6000, sha256: "bc1bb47bc2aec0f9",
    literal: [3.681173, null, null, null, 3.514885, 2.313334, 3.685693, 3.710569, 1.404419, 3.757568],
    bitstring: [0.975263, 0.919154, 0.994701, 0.628057, 0.737756, 0.642725, 0.971621, 0.928817, 0.707819, 0.976615],
    minEntropy: 1.404419 },
  { source: "markov", bits: 8, samples: 5000, sha256: "1ec966997a3309ef",
    literal: [6.673890, null, null, null, null, 5.184319, 7.482656, 7.144764, 6.301592, 6.300140],
    bitstring: [0.977484, 0.749259, 0.988240, 0.689190, 0.902325, 0.786136, 0.978922, 0.976525, 0.981252, 0.980216],
    minEntropy: 5.184319 },
  { source: "drifting", bits: 8, samples: 5000, sha256: "30dff2b643a4ee2a",
    literal: [4.532057, null, null, null, 2.992994, 3.631645, 1.734513, 3.124490, 3.124441, 3.123702],
    bitstring: [0.742672, 0.505594, 0.649795, 0.436912, 0.340548, 0.563578, 0.478471, 0.490959, 0.478527, 0.478513],
    minEntropy: 1.734513 },
  { source: "drifting", bits: 3, samples: 8000, sha256: "2e7c442be8311d35",
    literal: [2.814662, null, null, null, 1.880212, 2.396244, 1.378441, 2.228812, 1.734992, 1.734735],
    bitstring: [0.958580, 0.836971, 0.967590, 0.339905, 0.629074, 0.839143, 0.799967, 0.657878, 0.657876, 0.833183],
    minEntropy: 1.019714 },
  { source: "replayed", bits: 4, samples: 6000, sha256: "b1e1cfe0ae320a32",
    literal: [3.710808, null, null, null, 3.412406, 0.004848, 3.812941, 3.684196, 0.007816, 3.673842],
    bitstring: [0.950776, 0.766520, 0.980478, 0.742746, 0.880468, 0.001425, 0.966783, 0.975322, 0.941972, 0.952088],
    minEntropy: 0.004848 },
];

/** The size that NIST asks for. */
// prettier-ignore
export const NIST_FIGURES_FULL: NistFigures[] = [
  { source: "uniform", bits: 1, samples: 1000000, sha256: "8d581b2a79038df6",
    literal: [0.996148, 0.887309, 0.999563, 0.842435, 0.921623, 0.976287, 0.996569, 0.997076, 0.997049, 0.998153],
    bitstring: null,
    minEntropy: 0.842435 },
  { source: "periodic", bits: 1, samples: 1000000, sha256: "46cc18f95c7e0b46",
    literal: [0.993098, 0.910035, 0.994797, 0.811599, 0.921623, 0.992693, 0.953068, 0.582562, 0.996007, 0.993791],
    bitstring: null,
    minEntropy: 0.582562 },
  { source: "markov", bits: 4, samples: 1000000, sha256: "6987d686fd1a54af",
    literal: [3.972309, null, null, null, 1.811513, 2.428293, 3.301727, 2.387470, 1.188704, 3.301735],
    bitstring: [0.997629, 1.000000, 0.999587, 0.735099, 0.515632, 0.647382, 0.989429, 0.629496, 0.549159, 0.586665],
    minEntropy: 1.188704 },
  { source: "biased", bits: 8, samples: 1000000, sha256: "b918c7f903c463e3",
    literal: [1.719256, null, null, null, 1.718447, 3.465780, 1.719237, 3.409870, 1.721729, 1.721669],
    bitstring: [0.620973, 0.356569, 0.474116, 0.320758, 0.227690, 0.450630, 0.288334, 0.291592, 0.288335, 0.288335],
    minEntropy: 1.718447 },
  { source: "correlated", bits: 8, samples: 1000000, sha256: "481fd1e32252cfbd",
    literal: [7.847728, null, null, null, 2.820883, 3.430474, 2.631416, 1.719117, 1.721262, 1.721254],
    bitstring: [0.998094, 1.000000, 0.999557, 0.673889, 0.335219, 0.488145, 0.505639, 0.301809, 0.301809, 0.487105],
    minEntropy: 1.719117 },
];

/** cpp/ea_restart -n -v FILE BITS H_I on a million samples, taken as 1,000 restarts of 1,000. */
export const NIST_RESTARTS = [
  { source: "correlated", bits: 4, hInitial: 1.5, cutoff: 422, highest: 113, hRow: 1.532995, hColumn: 3.227837 },
  { source: "drifting", bits: 8, hInitial: 1.6, cutoff: 401, highest: 186, hRow: 1.810478, hColumn: 2.387468 },
  { source: "uniform", bits: 1, hInitial: 0.7, cutoff: 682, highest: 554, hRow: 0.842435, hColumn: 0.822074 },
] as const;

/** X_cutoff by H_I, as the tool's simulation of five million rounds gave it; it may be one off. */
// prettier-ignore
export const NIST_CUTOFFS = [
  [0.1, 965], [0.25, 890], [0.333, 848], [0.5, 770], [0.9, 605], [1, 571], [1.3, 478], [2, 316], [2.7, 210], [3, 179],
  [4, 104], [5.5, 50], [6.3, 36], [7, 27], [7.9, 19], [8, 19],
];
