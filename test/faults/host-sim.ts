// Faults in host-sim's natives, sockets, clock, pins and language: a simulator that is kinder than the engine.
import type { Fault } from "../../scripts/fault-run.ts";

const NET = "host-sim/net.ts";
const NATIVES = "host-sim/natives.ts";
const LANGUAGE = "host-sim/language.ts";
const CLOCK = "host-sim/clock.ts";
const PINS = "host-sim/pins.ts";
const CRYPTO = "host-sim/crypto-module.ts";
const STRICT = "host-sim/strict.ts";
const NETWORK = "host-sim/network.ts";

const fault = (file: string, tests: string[], find: string, replace: string, why: string): Fault => ({
  ...{ file, find, replace, tests, why },
});

export const FAULTS: Fault[] = [
  fault(
    NET,
    ["host-sim/net.test"],
    "const CHUNK_BYTES = 536;",
    "const CHUNK_BYTES = 1460;",
    "pieces are larger than the engine's",
  ),
  fault(
    NET,
    ["host-sim/net.test"],
    "else state.buffered.push(data);",
    "else state.buffered.push(data.slice(0, 512));",
    "what comes with the connection is cut off",
  ),
  fault(
    NET,
    ["host-sim/net.test"],
    "if (state.buffered.length > 1) throw",
    "if (state.buffered.length > 2) throw",
    "a handler attached too late is borne",
  ),
  fault(NET, ["host-sim/net.test"], "if (!sockets.has(state)) throw closed();", "", "a dead socket can be written to"),
  fault(NET, ["host-sim/net.test"], "state.socket.sckt = undefined;", "", "a dead socket looks alive"),
  fault(NET, ["host-sim/net.test"], "code: unsent ? -8 : error", "code: error", "unsent data is no error"),
  fault(NET, ["host-sim/net.test"], 'emit(state, "close", hadError);', "", "nobody hears of a close"),
  fault(NET, ["host-sim/net.test"], 'emit(state, "end");\n', "", "nobody hears of an end"),
  fault(
    NET,
    ["host-sim/net.test"],
    "let closeNow = state.socket.clsNow === true;",
    "let closeNow = false;",
    "clsNow does nothing",
  ),
  fault(
    NET,
    ["host-sim/net.test"],
    "while (queue.length) run(queue.shift()!);",
    "for (const callback of queue.splice(0, due)) run(callback);",
    "a kept piece comes after the next one",
  ),
  fault(
    NET,
    ["host-sim/net.test"],
    'if (typeof data !== "string") throw',
    'if (typeof data === "number") throw',
    "bytes can be written",
  ),
  fault(
    NATIVES,
    ["host-sim/natives"],
    "if (at < 0) at += period;",
    "if (at < 0) at = 0;",
    "a negative offset of convolve",
  ),
  fault(NATIVES, ["host-sim/natives"], "if (++at === period) at = 0;", "at++;", "convolve does not go round"),
  fault(
    NATIVES,
    ["host-sim/natives"],
    "(bits < 0 ? pool : pool >> (have - group))",
    "(bits < 0 ? pool >> (have - group) : pool)",
    "bits from the wrong end",
  ),
  fault(
    NATIVES,
    ["host-sim/natives"],
    "out < to.length && (at < from.length || have >= group)",
    "out < to.length && at < from.length",
    "the last group of bits is lost",
  ),
  fault(NATIVES, ["host-sim/natives"], "map[value] : value", "map[index] : value", "a table is looked up by place"),
  fault(
    NATIVES,
    ["host-sim/natives"],
    "value.charCodeAt(i) & 255);",
    "value.charCodeAt(i));",
    "characters of more than a byte",
  ),
  fault(
    LANGUAGE,
    ["host-sim/language"],
    "const n = Math.min(needle.length, text.length - at);",
    "const n = needle.length;",
    "indexOf is right",
  ),
  fault(
    LANGUAGE,
    ["host-sim/language"],
    "if (needle.length > text.length) return -1;",
    "",
    "a needle longer than the text is found",
  ),
  fault(
    LANGUAGE,
    ["host-sim/language"],
    "Math.min(Math.max(0, from), text.length - needle.length + 1)",
    "Math.max(0, from)",
    "a late start finds nothing",
  ),
  fault(
    LANGUAGE,
    ["host-sim/language"],
    "      Math.min(offset, this.length),",
    "      offset,",
    "set behind the end throws",
  ),
  fault(
    LANGUAGE,
    ["host-sim/language"],
    "begin > this.length || end > this.length",
    "begin > this.length",
    "a subarray over the end is clamped",
  ),
  fault(
    LANGUAGE,
    ["host-sim/language"],
    "args.length > 256",
    "args.length > 65536",
    "apply takes any number of arguments",
  ),
  fault(LANGUAGE, ["host-sim/language"], "?? 0) & 255;", "?? 0);", "charCodeAt is more than a byte"),
  fault(
    LANGUAGE,
    ["host-sim/language"],
    "return plain([...this].slice(begin, end));",
    "return this.subarray(begin, end);",
    "slice keeps its kind",
  ),
  fault(
    LANGUAGE,
    ["host-sim/language"],
    'if (typeof args[0] === "string") fail(',
    'if (typeof args[0] === "symbol") fail(',
    "typed arrays of text",
  ),
  fault(LANGUAGE, ["host-sim/language"], '"imul clz32 trunc', '"clz32 trunc', "Math.imul is there"),
  fault(
    CLOCK,
    ["host-sim/clock"],
    "b.due < a.due ? b : a",
    "b.due <= a.due ? b : a",
    "timers of one moment run in the wrong order",
  ),
  fault(
    CLOCK,
    ["host-sim/clock"],
    "const delay = Math.max(1, ms); // the",
    "const delay = ms; // the",
    "timers shorter than the engine's",
  ),
  fault(
    CLOCK,
    ["host-sim/clock"],
    "else timer.due += timer.repeat;",
    "else timer.due = this.time + 2 * timer.repeat;",
    "repeated timers lose their beat",
  ),
  fault(
    PINS,
    ["host-sim/pins", "setup/button"],
    "debounce = 25, repeat",
    "debounce = 0, repeat",
    "no debounce unless asked for",
  ),
  fault(PINS, ["host-sim/pins"], "if (this.level(name) === level) return;", "", "an edge without a change"),
  fault(PINS, ["host-sim/pins"], "if (!repeat) this.watches.delete(id);", "", "every watch repeats"),
  fault(
    CRYPTO,
    ["host-sim/crypto-module"],
    'if (mode !== "ECB" && mode !== "CBC")',
    'if (mode !== "ECB" && mode !== "CBC" && mode !== "CTR")',
    "the engine's wrong CTR is used",
  ),
  fault(
    CRYPTO,
    ["host-sim/crypto-module"],
    "if (input.length % 16) throw",
    "if (input.length % 16 > 16) throw",
    "lengths that the engine drops",
  ),
  fault(
    STRICT,
    ["host-sim/strict"],
    "key in target || optional",
    "!(key in target) || optional",
    "what is not modelled is undefined",
  ),
  fault(
    NETWORK,
    ["host-sim/network"],
    "return ended ? -1 : new Uint8Array(0);",
    "return new Uint8Array(0);",
    "an end in memory is not seen",
  ),
  fault(NETWORK, ["host-sim/network"], "if (peer.closed) return -1;", "", "a closed peer receives"),
];
