// What key.wib may hold, as OpenSSL writes it, and every reason to refuse it (PROTOCOL 6.4 and 9).
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test as plainTest } from "uvu";
import * as assert from "uvu/assert";
import { ERROR } from "../../../firmware/protocol.ts";
import { keyBodyBegin } from "../../../firmware/setup/key-body.ts";
import type { KeyBody } from "../../../firmware/setup/key-body.ts";
import { arraysMadeBy, holds } from "../../support/allocations.ts";
import { hex } from "../../support/hal.ts";
import { runJob } from "../../support/jobs.ts";
import { keyTools } from "../../support/key-body.ts";
import { withTool } from "../../support/needs.ts";
import { openssl, opensslPki } from "../../support/pki.ts";

const test = (name: string, callback: () => void) => withTool("openssl", name, callback, "version");

const bytes = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

/** "" and what would be installed, or the refusal. */
function parse(text: string, ownPublic?: Uint8Array) {
  const body = bytes(text);
  const result = keyBodyBegin(keyTools, body, true, ownPublic);
  assert.ok(
    body.every((byte) => byte === 0),
    "the text was not wiped",
  );
  runJob(result);
  return { code: result.code(), pair: result.pair };
}

const codeOf = (...parts: string[]) => parse(parts.join("")).code;
const der = (pem: string) => hex(Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64"));
const block = (label: string, content: string | Buffer) =>
  `-----BEGIN ${label}-----\n${Buffer.from(content).toString("base64")}\n-----END ${label}-----\n`;

let made: ReturnType<typeof make> | undefined;

function make() {
  const pki = opensslPki();
  const read = (name: string) => readFileSync(path.join(pki.folder, name), "latin1");
  const run = (args: string) => openssl(args, pki.folder);
  const issue = (name: string, issuer: string, extensions: string) => {
    run(`req -new -key ${name}.key -subj /CN=${name} -out ${name}.csr`);
    writeFileSync(path.join(pki.folder, `${name}.ext`), extensions);
    run(
      `x509 -req -in ${name}.csr -CA ${issuer}.pem -CAkey ${issuer}.key -CAcreateserial -out ${name}.pem -extfile ${name}.ext`,
    );
    return read(`${name}.pem`);
  };
  const ecKey = (name: string) => run(`ecparam -name prime256v1 -genkey -noout -out ${name}.key`);
  const CA = "basicConstraints=critical,CA:TRUE\n";
  for (const name of ["inter1", "inter2", "inter3", "leaf", "other"]) ecKey(name);
  const inter1 = issue("inter1", "ca", CA);
  const inter2 = issue("inter2", "inter1", CA);
  const inter3 = issue("inter3", "inter2", CA);
  const leaf = issue("leaf", "inter3", "basicConstraints=CA:FALSE\n");
  const other = issue("other", "ca", "basicConstraints=CA:FALSE\n");
  run("genpkey -algorithm ed25519 -out ed.key");
  run("ecparam -name secp384r1 -genkey -noout -out p384.key");
  const p384 = issue("p384", "ca", "basicConstraints=CA:FALSE\n");
  ecKey("odd");
  const odd = issue("odd", "other", "basicConstraints=CA:FALSE\n");
  const ed = issue("ed", "ca", "basicConstraints=CA:FALSE\n");
  run("pkcs8 -topk8 -nocrypt -in ec.key -out ec.p8");
  run("pkcs8 -topk8 -in ec.key -passout pass:x -out ec.enc");
  run("rsa -in rsa.key -traditional -out rsa.p1");
  run("genrsa -out rsa2.key 2048");
  run("ecparam -name prime256v1 -genkey -out ec.params");
  return {
    ca: read("ca.pem"),
    inter1,
    inter2,
    inter3,
    leaf,
    other,
    p384,
    odd,
    ed,
    ec: read("ec.pem"),
    rsa: read("rsa.pem"),
    read,
  };
}
const pki = () => (made ??= make());

/** Of rsa.key, without the sign byte. */
function primeOf(name: string): Uint8Array {
  const text = openssl("rsa -in rsa.key -noout -text", opensslPki().folder);
  const [, digits] = new RegExp(`${name}:([0-9a-f:\\s]+)`).exec(text)!;
  return new Uint8Array(Buffer.from(digits.replace(/[\s:]/g, ""), "hex").subarray(1));
}
const keyOf = (name: string) => pki().read(name);

test("a certificate and its key, as SEC1, PKCS#8, PKCS#1, in either order and with text between", () => {
  const { ec, rsa } = pki();
  for (const [certificate, key] of [
    [ec, "ec.key"],
    [ec, "ec.p8"],
    [rsa, "rsa.key"],
    [rsa, "rsa.p1"],
  ]) {
    for (const text of [
      certificate + keyOf(key),
      keyOf(key) + certificate,
      `a\n${keyOf(key)}subject=x\n${certificate}end`,
    ]) {
      const { code, pair } = parse(text);
      assert.is(code, "", key);
      assert.is(hex(pair!.key), der(keyOf(key)));
      assert.equal(pair!.chain.map(hex), [der(certificate)]);
    }
    assert.is(codeOf(certificate.replaceAll("\n", "\r\n"), keyOf(key).replaceAll("\n", "\r\n")), "");
  }
});

test("a chain of four, in any order, is installed with the device's first and each followed by its issuer", () => {
  const { leaf, inter3, inter2, inter1, ca } = pki();
  const wanted = [leaf, inter3, inter2, inter1].map(der);
  for (const order of [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [2, 0, 3, 1],
    [1, 3, 0, 2],
  ]) {
    const { code, pair } = parse(keyOf("leaf.key") + order.map((i) => [leaf, inter3, inter2, inter1][i]).join(""));
    assert.is(code, "");
    assert.equal(pair!.chain.map(hex), wanted);
  }
  assert.is(codeOf(leaf, inter3, inter2, inter1, ca, keyOf("leaf.key")), ERROR.tooLarge);
});

test("certificates that are no chain are refused", () => {
  const { leaf, inter3, inter2, inter1, other, odd, ca, ec } = pki();
  const key = keyOf("leaf.key");
  assert.is(codeOf(leaf, inter1, key), ERROR.badChain); // one is missing between them
  assert.is(codeOf(leaf, inter3, other, key), ERROR.badChain); // two that are no CA
  assert.is(codeOf(ec, ca, inter1, keyOf("ec.key")), ERROR.badChain); // the CA issued both
  assert.is(codeOf(leaf, inter3, inter3, key), ERROR.badChain); // twice the same
  assert.is(codeOf(ec, ca, ca, keyOf("ec.key")), ERROR.badChain); // which issued itself
  for (const both of [other + odd, odd + other]) assert.is(codeOf(both, keyOf("odd.key")), ERROR.badChain); // no CA issued it
  assert.is(codeOf(ca, keyOf("ca.key")), ERROR.leafIsCa);
  assert.is(codeOf(inter3, inter2, keyOf("inter3.key")), ERROR.leafIsCa); // none that is no CA
});

test("a wrong signature breaks the chain, wherever it can be checked", () => {
  const { leaf, inter3, inter2, inter1, ca } = pki();
  const key = keyOf("leaf.key");
  const forged = (pem: string) => {
    const changed = Buffer.from(der(pem), "hex");
    changed[changed.length - 1] ^= 1; // the end of s
    return block("CERTIFICATE", changed);
  };
  const chain = [leaf, inter3, inter2, inter1];
  for (const i of [0, 1, 2]) assert.is(codeOf(...chain.with(i, forged(chain[i])), key), ERROR.badChain, `${i}`);
  assert.is(codeOf(leaf, inter3, inter2, forged(inter1), key), ""); // nobody is there who issued it
  assert.is(codeOf(forged(leaf), key), "");
  assert.is(codeOf(inter1, forged(ca), keyOf("inter1.key")), ERROR.leafIsCa);
});

test("on a board whose TLS takes RSA only an EC pair is refused", () => {
  const { ec, rsa } = pki();
  const code = (text: string) => {
    const result = keyBodyBegin(keyTools, bytes(text), false);
    runJob(result);
    return result.code();
  };
  assert.is(code(ec + keyOf("ec.key")), ERROR.unsupportedKey);
  assert.is(code(rsa + keyOf("rsa.key")), "");
});

test("whenever it is given up, and when it is done, nothing of the key stays in memory", () => {
  const { ec, rsa } = pki();
  for (const [certificate, name, secrets] of [
    [ec, "ec.key", [Buffer.from(der(keyOf("ec.key")), "hex").subarray(7, 39)]],
    [rsa, "rsa.p1", [primeOf("prime1"), primeOf("prime2")]],
  ] as const)
    for (const steps of [0, 1, 2, 3, 4, 40, 10000]) {
      let begun: KeyBody | undefined;
      const made = arraysMadeBy(() => {
        begun = keyBodyBegin(keyTools, bytes(certificate + keyOf(name)), true);
        for (let i = 0; i < steps && begun.step(); i++);
      });
      assert.ok(steps < 1 || secrets.some((secret) => holds(made, secret)), "it can be found");
      begun!.wipe();
      for (const secret of secrets) assert.not(holds(made, secret), `${name} after ${steps} steps`);
      // The digits of the numbers that are multiplied.
      assert.not(
        made.some((array) => array.BYTES_PER_ELEMENT === 2 && array.some(Boolean)),
        `after ${steps} steps`,
      );
    }
});

test("no certificate, no key, two keys, an encrypted key, a key beside a csr", () => {
  const { ec } = pki();
  const own = new Uint8Array(64);
  assert.is(codeOf(keyOf("ec.key")), ERROR.noCertificate);
  assert.is(codeOf(ec), ERROR.noPrivateKey);
  assert.is(codeOf(ec, keyOf("ec.key"), keyOf("ec.key")), ERROR.twoPrivateKeys);
  assert.is(codeOf(ec, keyOf("ec.key"), keyOf("ec.p8")), ERROR.twoPrivateKeys);
  assert.is(codeOf(ec, keyOf("ec.enc")), ERROR.encryptedKey);
  assert.is(parse(ec + keyOf("ec.key"), own).code, ERROR.keyNotWanted);
});

test("after a csr the certificate must hold the key that was made, and none comes with it", () => {
  const { ec, rsa } = pki();
  const raw = execPublic();
  const { code, pair } = parse(ec, raw);
  assert.equal([code, pair!.key.length], ["", 0]);
  assert.is(
    parse(
      ec,
      raw.map((byte, i) => (i === 63 ? byte ^ 1 : byte)),
    ).code,
    ERROR.mismatch,
  );
  assert.is(parse(rsa, raw).code, ERROR.mismatch);
});

/** x and y of ec.pem. */
function execPublic(): Uint8Array {
  const spki = Buffer.from(
    openssl("x509 -in ec.pem -noout -pubkey", opensslPki().folder).replace(/-----[^-]+-----|\s/g, ""),
    "base64",
  );
  return new Uint8Array(spki.subarray(-64));
}

test("a key of another certificate, of another kind or of another curve is refused", () => {
  const { ec, rsa, other, p384, ed } = pki();
  assert.is(codeOf(other, keyOf("ec.key")), ERROR.mismatch);
  assert.is(codeOf(ec, keyOf("rsa.key")), ERROR.mismatch);
  assert.is(codeOf(rsa, keyOf("ec.key")), ERROR.mismatch);
  assert.is(codeOf(rsa, keyOf("rsa2.key")), ERROR.mismatch);
  assert.is(codeOf(p384, keyOf("p384.key")), ERROR.unsupportedKey);
  assert.is(codeOf(ed, keyOf("ed.key")), ERROR.unsupportedKey);
  assert.is(codeOf(ec, keyOf("ed.key")), ERROR.unsupportedKey);
  assert.is(codeOf(ec, keyOf("p384.key")), ERROR.unsupportedKey);
});

test("a scalar of 0, of n and more, or of another than the public key beside it is inconsistent", () => {
  const { ec } = pki();
  const n = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"; // SP 800-186, order of P-256
  const sec1 = Buffer.from(der(keyOf("ec.key")), "hex");
  const withScalar = (scalar: string) => {
    const changed = Buffer.from(sec1);
    changed.set(Buffer.from(scalar, "hex"), 7); // 30 77 02 01 01 04 20
    return codeOf(ec, block("EC PRIVATE KEY", changed));
  };
  assert.is(withScalar(sec1.subarray(7, 39).toString("hex")), "");
  assert.is(withScalar("0".repeat(64)), ERROR.badKey);
  assert.is(withScalar(n), ERROR.badKey);
  assert.is(withScalar("f".repeat(64)), ERROR.badKey);
  assert.is(withScalar(n.replace(/51$/, "50")), ERROR.badKey); // n - 1 is a scalar
  assert.is(withScalar("0".repeat(63) + "1"), ERROR.badKey);
});

test("an RSA key whose primes do not make its modulus is refused", () => {
  const { rsa } = pki();
  const pkcs1 = Buffer.from(der(keyOf("rsa.p1")), "hex");
  const at = pkcs1.indexOf(primeOf("prime1"));
  pkcs1[at + 20] ^= 1;
  assert.is(codeOf(rsa, block("RSA PRIVATE KEY", pkcs1)), ERROR.badKey);
});

test("an EC PARAMETERS block is ignored, an unknown block is not", () => {
  const { ec } = pki();
  assert.is(codeOf(ec, keyOf("ec.params").split("-----BEGIN EC PRIVATE")[0], keyOf("ec.key")), "");
  assert.is(codeOf(ec, keyOf("ec.key"), block("X509 CRL", "a")), ERROR.malformedPem);
  assert.is(codeOf(ec, keyOf("ec.key"), block("CERTIFICATE REQUEST", "a")), ERROR.malformedPem);
});

test("settings are kept as they came; bad or doubled ones are refused", () => {
  const { ec } = pki();
  const key = keyOf("ec.key");
  const settings = '{"server":"a:1"}';
  assert.is(parse(ec + key + block("WIB SETTINGS", settings)).pair!.settings, settings);
  assert.is(codeOf(ec, key, block("WIB SETTINGS", '{"x":1}')), ERROR.malformedSettings);
  assert.is(codeOf(ec, key, block("WIB SETTINGS", settings), block("WIB SETTINGS", settings)), ERROR.malformedSettings);
});

test("text that is no PEM, PEM that is no DER, and DER with something behind it", () => {
  const { ec } = pki();
  const key = keyOf("ec.key");
  assert.is(codeOf(""), ERROR.malformedPem);
  assert.is(codeOf("nothing of the kind"), ERROR.malformedPem);
  assert.is(codeOf(ec, key.replace("-----END", "----END")), ERROR.malformedPem);
  const certificate = Buffer.from(der(ec), "hex");
  for (const bad of [certificate.subarray(1), certificate.subarray(0, -1), Buffer.concat([certificate, Buffer.of(0)])])
    assert.is(codeOf(block("CERTIFICATE", bad), key), ERROR.malformedDer);
  const secret = Buffer.from(der(key), "hex");
  for (const bad of [secret.subarray(1), secret.subarray(0, -1), Buffer.concat([secret, Buffer.of(0)])])
    assert.is(codeOf(ec, block("EC PRIVATE KEY", bad)), ERROR.malformedDer);
});

plainTest.run();
