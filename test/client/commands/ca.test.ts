// wib ca: what it says, and what it leaves in the folder. The folder itself is tested in ../ca-folder.test.ts.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { X509Certificate } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { wib } from "../../support/command-line.ts";

const DAY_MS = 86400000;
const root = mkdtempSync(path.join(tmpdir(), "wib-ca-command-"));
const before = process.cwd();
test.before(() => process.chdir(root));
test.after(() => {
  process.chdir(before);
  rmSync(root, { recursive: true });
});

const certificateIn = (folder: string) => new X509Certificate(readFileSync(path.join(folder, "ca.pem")));
const daysOf = (c: X509Certificate) => Math.round((Date.parse(c.validTo) - Date.now()) / DAY_MS);

test("without further words a CA for ten years is made in wib-ca, and its fingerprint told", async () => {
  const { code, stdout, stderr } = await wib(["ca", "init"]);
  assert.is(code, 0, stderr);
  assert.is(stderr, "");
  const certificate = certificateIn("wib-ca");
  assert.is(daysOf(certificate), 3650);
  assert.is(certificate.subject, "CN=Wib owner CA");
  const [first, second, third] = stdout.split("\n");
  assert.is(first, `${path.join("wib-ca", "ca.pem")}: valid until ${certificate.validTo}`);
  assert.is(second, `fingerprint ${certificate.fingerprint256}`);
  assert.match(third, "keep wib-ca to yourself");
  assert.not.match(stdout, "PRIVATE");
  assert.is(statSync("wib-ca/ca.key").mode & 0o777, 0o600);
});

test("a second time it is refused, with advice, and everything stays", async () => {
  const files = ["wib-ca/ca.key", "wib-ca/ca.pem"];
  const texts = files.map((file) => readFileSync(file, "utf8"));
  for (const more of [[], ["--json"]]) {
    const { code, stdout, stderr } = await wib(["ca", "init", ...more]);
    assert.is(code, 1);
    if (more.length) assert.is(JSON.parse(stdout).exitCode, 1);
    else assert.is(stdout, "");
    assert.match(stderr, /^wib: error: .* is there already\nwib: hint: .*another folder\n$/);
  }
  assert.equal(
    files.map((file) => readFileSync(file, "utf8")),
    texts,
  );
});

test("folder, name and days can be chosen, and --json is one line for machines", async () => {
  const { code, stdout } = await wib(["ca", "init", "other/deep", "--name", "Lamps", "--days", "2", "--json"]);
  assert.is(code, 0);
  const certificate = certificateIn("other/deep");
  assert.is(certificate.subject, "CN=Lamps");
  assert.is(daysOf(certificate), 2);
  const { fingerprint256: fingerprint, validTo } = certificate;
  const file = path.join("other/deep", "ca.pem");
  assert.equal(JSON.parse(stdout), { folder: "other/deep", certificate: file, fingerprint, validTo });
  assert.is(stdout.split("\n").length, 2);
});

test("1 and 36500 are days; 0, 36501 and what is no number are wrong use, and make nothing", async () => {
  for (const days of ["1", "36500"]) {
    assert.is((await wib(["ca", "init", `for-${days}`, "--days", days])).code, 0);
    assert.is(daysOf(certificateIn(`for-${days}`)), Number(days));
  }
  for (const days of ["0", "36501", "99999", "100000", "-1", "1.5", "1e3", "0x10", " 7", ""]) {
    const { code, stdout, stderr } = await wib(["ca", "init", "never", `--days=${days}`]);
    assert.is(code, 1, days);
    assert.is(stdout, "");
    assert.match(stderr, /^wib: error: .*--days.*\nwib: hint: /);
    assert.not(existsSync("never"), days);
  }
});

test("a folder that cannot be made is told, and so is a command that is none", async () => {
  const { code, stderr } = await wib(["ca", "init", "wib-ca/ca.pem/deeper"]);
  assert.is(code, 1);
  assert.match(stderr, /^wib: error: .*cannot be made: ENOTDIR\nwib: hint: /);
  for (const args of [["ca"], ["ca", "sign"], ["ca", "init", "a", "b"]]) {
    const wrong = await wib(args);
    assert.is(wrong.code, 1, args.join(" "));
    assert.is(wrong.stdout, "");
    assert.is.not(wrong.stderr, "");
  }
  assert.not(existsSync("a"));
});

test.run();
