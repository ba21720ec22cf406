// Compiles a circuit of two-input gates to straight-line Thumb: values in registers, the one needed last spilled to the
// stack when there is none left. Low registers are preferred, and a gate takes over a dying operand's register, because
// then it is two bytes and not four.

interface Gate {
  to: string;
  op: string;
  a: string;
  b: string;
}

export interface CircuitOptions {
  /** One gate a line: `t = a & b` or `t = a ^ b`, in order. */
  gates: string;
  /** Offsets from sp where inputs lie and outputs go. */
  inputs: Record<string, number>;
  outputs: Record<string, number>;
  /** First of the slots for spilled values. */
  spillAt: number;
  registers: number;
}

function parseGates(text: string): Gate[] {
  return text
    .split("\n")
    .map((line) => /^\s*(\w+) = (\w+) ([&^]) (\w+)\s*$/.exec(line))
    .filter((m) => m)
    .map((m) => ({ to: m![1], op: m![3] === "&" ? "ands" : "eors", a: m![2], b: m![4] }));
}

/** @returns the code and how many bytes of spill slots it takes. */
export function compileCircuit(options: CircuitOptions): { code: string; spillBytes: number } {
  const gates = parseGates(options.gates);
  const slot: Record<string, number> = {}; // where a value lies in memory, if it does
  const holds: (string | undefined)[] = []; // by register
  const taken: Record<number, string> = {}; // spill slots in use
  let spillBytes = 0;
  let code = "";
  Object.keys(options.inputs).forEach((name) => (slot[name] = options.inputs[name]));
  for (let r = 0; r < options.registers; r++) holds.push(undefined);

  const nextUse = (name: string, from: number): number => {
    for (let i = from; i < gates.length; i++) if (gates[i].a === name || gates[i].b === name) return i;
    return Infinity;
  };
  const release = (r: number): void => {
    const name = holds[r]!;
    holds[r] = undefined;
    Object.keys(taken).forEach((at) => {
      if (taken[Number(at)] === name) delete taken[Number(at)];
    });
  };
  const spill = (r: number): void => {
    const name = holds[r]!;
    if (!(name in slot)) {
      let at = options.spillAt;
      while (at in taken) at += 4;
      taken[at] = name;
      slot[name] = at;
      spillBytes = Math.max(spillBytes, at + 4 - options.spillAt);
      code += `  str r${r}, [sp, #${at}]\n`;
    }
    holds[r] = undefined;
  };
  /** A free register: a low one, or that of the value needed last, which costs nothing if it lies in memory anyway. */
  const free = (gate: number, keep: string[]): number => {
    const empty = holds.indexOf(undefined);
    if (empty >= 0) return empty;
    let best = -1;
    let farthest = -1;
    for (let r = 0; r < holds.length; r++) {
      const name = holds[r]!;
      const use = nextUse(name, gate) + (name in slot ? 6 : 0) - (r > 7 ? 2 : 0);
      if (keep.indexOf(name) < 0 && use > farthest) {
        farthest = use;
        best = r;
      }
    }
    spill(best);
    return best;
  };
  const fetch = (name: string, gate: number, keep: string[]): number => {
    const at = holds.indexOf(name);
    if (at >= 0) return at;
    const r = free(gate, keep);
    if (!(name in slot)) throw new Error(`"${name}" is used before it is made`);
    code += `  ldr r${r}, [sp, #${slot[name]}]\n`;
    holds[r] = name;
    return r;
  };

  for (let i = 0; i < gates.length; i++) {
    const { to, op, a, b } = gates[i];
    const ra = fetch(a, i, [a, b]);
    const rb = fetch(b, i, [a, b]);
    const aDies = nextUse(a, i + 1) === Infinity;
    const bDies = nextUse(b, i + 1) === Infinity;
    if (aDies) release(ra);
    if (bDies) release(rb);
    let rd = aDies && ra < 8 ? ra : bDies && rb < 8 ? rb : aDies ? ra : bDies ? rb : -1;
    if (rd < 0) rd = free(i + 1, [a, b]);
    code += `  ${op} r${rd}, r${ra}, r${rb}\n`;
    holds[rd] = to;
    if (to in options.outputs) {
      code += `  str r${rd}, [sp, #${options.outputs[to]}]\n`;
      if (nextUse(to, i + 1) === Infinity) release(rd);
      else slot[to] = options.outputs[to];
    }
  }
  return { code, spillBytes };
}
