// Cookies: what they say is believed only under this window's key, and for 60 seconds (PROTOCOL 3.2).
import { hmac } from "@noble/hashes/hmac.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hmacSha512Key } from "../../../firmware/crypto/hmac.ts";
import { checkCookie, cookieValue, createCookie } from "../../../firmware/setup/cookies.ts";
import { hal, hex, primitives as p, unhex } from "../../support/hal.ts";
import { forAll, testRandom } from "../../support/random.ts";

const SECRET = testRandom(1).bytes(64);
const key = hmacSha512Key(p, SECRET);
const otherKey = hmacSha512Key(p, testRandom(2).bytes(64));
const RANDOM = testRandom(3).bytes(16);
const make = (seconds: number) => createCookie(hal, p, key, RANDOM, seconds);

test("a cookie is 16 random bytes, 4 of seconds, 16 of HMAC-SHA512, in lower-case hex", () => {
  const value = make(0x010203);
  const statement = unhex(`${hex(RANDOM)}00010203`);
  assert.is(value, hex(statement) + hex(hmac(sha512, SECRET, statement).slice(0, 16)));
  assert.match(value, /^[0-9a-f]{72}$/);
});

test("it is good from the second it was made in to 60 seconds later, and no longer", () => {
  for (const made of [0, 1, 255, 256, 299, 65536]) {
    const value = make(made);
    assert.is(checkCookie(p, key, value, made), made);
    assert.is(checkCookie(p, key, value, made + 60), made);
    assert.is(checkCookie(p, key, value, made + 61), -1);
    assert.is(checkCookie(p, key, value, made - 1), -1); // from the future: the clock was set back
  }
});

test("one that is changed anywhere is not ours", () => {
  const value = make(100);
  for (let i = 0; i < value.length; i++)
    for (const digit of "07f") {
      if (value[i] === digit) continue;
      assert.is(checkCookie(p, key, value.slice(0, i) + digit + value.slice(i + 1), 100), -1, `${digit} at ${i}`);
    }
  forAll(200, (random) => assert.is(checkCookie(p, key, hex(random.bytes(36)), 0), -1));
});

test("one of another window is not ours", () => {
  assert.is(checkCookie(p, otherKey, make(5), 5), -1);
});

test("a time of 2^24 seconds and more is refused though its tag is right", () => {
  assert.is(checkCookie(p, key, make(0xffffff), 0xffffff), 0xffffff);
  assert.is(checkCookie(p, key, make(0x1000000), 0x1000000), -1);
  assert.is(checkCookie(p, key, make(0x1000000), 0), -1);
});

test("exactly 72 lower-case digits", () => {
  const value = make(7);
  const bad = [value.toUpperCase(), value.slice(1), `${value}0`, ` ${value}`, `${value} `, "", "wib"];
  for (const wrong of [...bad, value.replace(/^../, "0x"), value.replace(/^../, "-1"), "g".repeat(72)])
    assert.is(checkCookie(p, key, wrong, 7), -1, wrong);
});

test("the value is found among other cookies, by its exact name", () => {
  assert.is(cookieValue("wib=abc"), "abc");
  assert.is(cookieValue("a=b; wib=abc; c=d"), "abc");
  assert.is(cookieValue("a=b;wib=abc;"), "abc");
  assert.is(cookieValue("wib=a=b"), "a=b");
  for (const header of [undefined, "", "wib", "wib =abc", "WIB=abc", "xwib=abc", "wibx=abc", "a=wib=abc", '"wib=abc"'])
    assert.is(cookieValue(header), "", header);
});

test("two named wib are none, whatever they hold", () => {
  for (const header of ["wib=a; wib=a", "wib=a; wib=b", "wib=; wib=a", "wib=a; wib=", "wib=a; x=y; wib=b; wib=c"])
    assert.is(cookieValue(header), "", header);
});

test.run();
