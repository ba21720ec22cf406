// The WIB SETTINGS block: each member from both sides of its limits, and nothing else (PROTOCOL 6.5).
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseSettings } from "../../../firmware/setup/settings.ts";
import { forAll } from "../../support/random.ts";

const taken = (value: unknown) =>
  parseSettings(typeof value === "string" ? value : JSON.stringify(value)) !== undefined;
const all = (values: unknown[], wanted: boolean) => {
  for (const value of values) assert.is(taken(value), wanted, JSON.stringify(value)?.slice(0, 80));
};
const x = (n: number) => "x".repeat(n);

test("every member is optional, and all of them together are taken", () => {
  all([{}, { wifi: { ssid: "a" } }, { clientCa: "a" }, { server: "a:1" }, { time: 0 }], true);
  all([{ wifi: { ssid: "a", psk: x(8) }, clientCa: "a", server: "a:1", time: 4294967295 }], true);
  all([{ time: 1.5 }, { time: -1 }, { time: 4294967296 }, { time: 1e300 }], false);
});

test("unknown members are refused, at the top and in wifi", () => {
  all(
    [{ other: 1 }, { Wifi: { ssid: "a" } }, { "": 1 }, { toString: 1 }, { length: 1 }, { wifi: { ssid: "a", x: 1 } }],
    false,
  );
  all(['{"__proto__":{}}', '{"constructor":1}', { wifi: { ssid: "a", time: 1 } }], false);
});

test("ssid has 1 to 32 characters and is required in wifi; psk has 8 to 63", () => {
  all([{ wifi: { ssid: x(1) } }, { wifi: { ssid: x(32) } }], true);
  all([{ wifi: { ssid: "" } }, { wifi: { ssid: x(33) } }, { wifi: {} }, { wifi: { psk: x(8) } }], false);
  all([{ wifi: { ssid: "a", psk: x(8) } }, { wifi: { ssid: "a", psk: x(63) } }], true);
  all(
    [{ wifi: { ssid: "a", psk: x(7) } }, { wifi: { ssid: "a", psk: x(64) } }, { wifi: { ssid: "a", psk: "" } }],
    false,
  );
});

test("clientCa has 1 to 4096 characters", () => {
  all([{ clientCa: x(4096) }], true);
  all([{ clientCa: "" }, { clientCa: x(4097) }], false);
});

test("server is host:port", () => {
  all([{ server: "a:1" }, { server: "host-1.example:65535" }, { server: "10.0.0.1:443" }, { server: "a:080" }], true);
  const bad = [
    "a",
    "a:",
    ":1",
    "a:0",
    "a:65536",
    "a:x",
    "a:-1",
    "a:1:2",
    "a b:1",
    "a:1 ",
    "[::1]:1",
    "a/b:1",
    "",
    `${x(259)}:1`,
  ];
  all(
    bad.map((server) => ({ server })),
    false,
  );
  all([{ server: `${x(258)}:1` }], true);
});

test("kinds are not exchanged for each other", () => {
  const values = [1, "a", true, null, [], ["a"], {}];
  for (const value of values) {
    all([{ wifi: value }], false);
    if (value !== "a")
      all(
        [{ clientCa: value }, { server: value }, { wifi: { ssid: value } }, { wifi: { ssid: "a", psk: value } }],
        false,
      );
    if (value !== 1) all([{ time: value }], false);
  }
});

test("the whole text is one object", () => {
  all(
    ["", " ", "null", "[]", "[{}]", "1", '"a"', "{}{}", "{},{}", "{} x", "x{}", "{", "{]", '{"time":1', "{}]", "],{}"],
    false,
  );
  all([" {} ", "\n{}\n"], true);
});

test("a member may not stand there twice with different kinds hidden in it", () => {
  // Which of two the parser keeps is its affair: what is kept has been checked.
  const settings = parseSettings('{"server":"a:1","server":"b:2"}');
  assert.ok(settings === undefined || /^[ab]:[12]$/.test(String(settings["server"])));
  assert.is(parseSettings('{"time":"a","time":"a"}'), undefined);
});

test("deep nesting, long text and rubbish are refused and do not throw", () => {
  all([`${"[".repeat(500)}${"]".repeat(500)}`, `{"wifi":${'{"ssid":'.repeat(100)}1${"}".repeat(101)}`], false);
  all([{ wifi: { ssid: { a: 1 } } }, { clientCa: [["a"]] }], false);
  forAll(500, (random) => {
    const text = Array.from({ length: random.below(40) }, () => random.pick([..."{}[]:,\"'\\ 0a"])).join("");
    const settings = parseSettings(text);
    if (settings) assert.equal(Object.keys(settings), []);
  });
});

test.run();
