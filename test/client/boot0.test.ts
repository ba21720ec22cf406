// What a product build runs before anything else, and the password in it.
import vm from "node:vm";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { boot0For, drawConsolePassword } from "../../client/boot0.ts";

const PASSWORD = "0123456789ABCDEFGHJK";

/** What it calls, in order. */
function calls(text: string, telnet: (options: unknown) => void): string[] {
  const seen: string[] = [];
  const E = {
    setPassword: (password: string) => seen.push(`password ${password}`),
    lockConsole: () => seen.push("lock"),
  };
  const require = (name: string) => {
    seen.push(`require ${name}`);
    return { setOptions: telnet };
  };
  vm.runInNewContext(text, { E, require });
  return seen;
}

test("the console is locked first, then Telnet is shut", () => {
  let options: unknown;
  assert.equal(calls(boot0For(PASSWORD), (given) => (options = given)), [`password ${PASSWORD}`, "lock", "require TelnetServer"]); // prettier-ignore
  assert.is(JSON.stringify(options), '{"mode":"off"}');
});

test("a board without Telnet boots all the same", () => {
  const without = () => {
    throw new Error("Module not found");
  };
  assert.is(calls(boot0For(PASSWORD), without).length, 3);
});

test("it leaves no global behind", () => {
  const context = vm.createContext({ E: { setPassword() {}, lockConsole() {} }, require: () => ({ setOptions() {} }) });
  const before = Object.keys(context).join();
  vm.runInContext(boot0For(PASSWORD), context);
  assert.is(Object.keys(context).join(), before);
});

test("a password has 20 characters of 32, each as likely as the other, and no two are the same", () => {
  const counts = new Map<string, number>();
  const drawn = Array.from({ length: 800 }, drawConsolePassword);
  for (const password of drawn) {
    assert.match(password, /^[0-9A-HJKMNP-TV-Z]{20}$/);
    for (const c of password) counts.set(c, (counts.get(c) ?? 0) + 1);
  }
  assert.is(new Set(drawn).size, drawn.length);
  assert.is(counts.size, 32);
  for (const [c, count] of counts) assert.ok(count > 350 && count < 650, `${count} times ${c}, 500 are usual`); // 6 sigma
});

test("no other password is taken: a serial, a short one, one that ends the string", () => {
  for (const bad of ["", "7K3M9QPX2D4RW8TF", `${PASSWORD}0`, '");quit();E.setPasswo', PASSWORD.toLowerCase()])
    assert.throws(() => boot0For(bad), /20 characters/, bad);
});

test.run();
