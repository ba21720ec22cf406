import { test } from "uvu";
import * as assert from "uvu/assert";
import { PassThrough } from "node:stream";
import { WibError } from "../../client/errors.ts";
import { askHidden } from "../../client/prompt.ts";

function terminal() {
  const input = new PassThrough();
  const output = new PassThrough();
  return { input, output, shown: () => String(output.read() ?? ""), answer: askHidden("serial: ", input, output) };
}

test("what is typed is taken and not shown", async () => {
  const { input, answer, shown } = terminal();
  for (const key of "7K3M-9") input.write(key);
  input.write("\x7f"); // backspace
  input.write("8\r");
  assert.is(await answer, "7K3M-8");
  assert.is(shown(), "serial: \n");
});

for (const [name, key] of [
  ["Ctrl-C", "\x03"],
  ["Ctrl-D", "\x04"],
])
  test(`${name} ends it without a serial`, async () => {
    const { input, answer, shown } = terminal();
    input.write(key);
    const error = await answer.catch((e) => e);
    assert.instance(error, WibError);
    assert.is(error.exitCode, 1);
    assert.is(shown(), "serial: \n");
  });

test("the end of the input takes what was typed before it", async () => {
  const { input, answer, shown } = terminal();
  input.end("7K3M");
  assert.is(await answer, "7K3M");
  assert.is(shown(), "serial: \n");
});

test.run();
