// The example application: a pin is read, an LED is switched, and nothing else.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createApp } from "../../firmware/app.ts";
import type { EnginePin, Hal } from "../../firmware/hal/engine.ts";

const written: unknown[] = [];
const hal = {
  digitalRead: (pin: unknown) => (pin === "in" ? 1 : 0),
  digitalWrite: (pin: unknown, level: number) => void written.push([pin, level]),
} as unknown as Hal;
const pin = (name: string) => name as unknown as EnginePin;
const app = createApp(hal, pin("in"), pin("led"));

test("the pin is read", () => assert.is(app("GET", "/app/pin", "")!.body, '{"pin":1}\n'));

test("the LED goes on and off, and takes nothing else", () => {
  assert.equal([app("POST", "/app/led", "1")!.status, app("POST", "/app/led", "0")!.status], [204, 204]);
  assert.equal(written, [
    ["led", 1],
    ["led", 0],
  ]);
  for (const body of ["", "2", "on", "1\n"]) assert.is(app("POST", "/app/led", body)!.status, 400);
  assert.is(written.length, 2);
});

test("other paths and methods, and pins that the board has not, are not there", () => {
  for (const [method, path] of [
    ["GET", "/app/led"],
    ["POST", "/app/pin"],
    ["GET", "/app"],
  ])
    assert.is(app(method, path, "1"), undefined);
  const bare = createApp(hal, undefined, undefined);
  assert.equal([bare("GET", "/app/pin", ""), bare("POST", "/app/led", "1")], [undefined, undefined]);
});

test.run();
