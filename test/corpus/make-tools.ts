// What tools write, put together in right and wrong ways.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createPublicKey } from "node:crypto";
import { ERROR } from "../../firmware/protocol.ts";
import { writeBlocks } from "../support/der-tree.ts";
import type { Corpus, Texts } from "./make.ts";
import type { OpensslFolder } from "./make-openssl.ts";
import type { Peculiar } from "./make-peculiar.ts";

const crlf = (text: string) => text.replaceAll("\n", "\r\n");
const settings = (json: string) => writeBlocks([{ label: "WIB SETTINGS", der: new Uint8Array(Buffer.from(json)) }]);

/** x and y of a certificate's or key's P-256 key, in hex. */
function pointOf(pem: string): string {
  return createPublicKey(pem).export({ type: "spki", format: "der" }).subarray(-64).toString("hex");
}

/** As ssh-keygen writes a key. */
function openssh(o: OpensslFolder): string {
  const file = `${o.folder}/ssh`;
  writeFileSync(file, o.text("ec.p8"), { mode: 0o600 });
  execFileSync("ssh-keygen", ["-p", "-N", "", "-f", file], { stdio: "ignore" });
  return readFileSync(file, "latin1");
}

export function addTools(corpus: Corpus, o: OpensslFolder, python: Texts, peculiar: Peculiar): void {
  const t = (...names: string[]) => names.map((name) => o.text(name)).join("");
  const ssl = (file: string, code: string, ...names: string[]) =>
    corpus.add(file, code, o.origin(...names), t(...names));
  const py = (file: string, code: string, ...names: string[]) =>
    corpus.add(
      file,
      code,
      `python3-cryptography ${python.version}, make_python.py: ${names.join(", ")}`,
      names.map((name) => python[name]).join(""),
    );
  const pec = (file: string, code: string, ...names: (keyof Peculiar)[]) =>
    corpus.add(
      file,
      code,
      `@peculiar/x509 and node:crypto, make-peculiar.ts: ${names.join(", ")}`,
      names.map((name) => `${peculiar[name].trim()}\n`).join(""),
    );

  // ---- Accepted ----
  ssl("ec-sec1", "", "ec.pem", "ec.key");
  ssl("ec-key-first", "", "ec.key", "ec.pem");
  ssl("ec-pkcs8", "", "ec.pem", "ec.p8");
  ssl("ec-without-public", "", "ec.pem", "ec.no-public");
  ssl("ec-compressed-in-key", "", "ec.pem", "ec.compressed");
  ssl("ec-parameters", "", "ec.pem", "parameters", "ec.key");
  ssl("ec-text", "", "ec.text", "ec.key-text");
  ssl("ec-self-signed", "", "self.pem", "self.key");
  ssl("ec-v1", "", "v1.pem", "v1.key");
  ssl("ec-expired", "", "expired.pem", "expired.key");
  ssl("ec-not-yet-valid", "", "not-yet.pem", "not-yet.key");
  ssl("ec-serial-zero", "", "zero-serial.pem", "zero-serial.key");
  ssl("ec-with-root", "", "ec.pem", "root.pem", "ec.key");
  ssl("chain-2", "", "under1.pem", "inter1.pem", "under1.key");
  ssl("chain-3", "", "under2.pem", "inter2.pem", "inter1.pem", "under2.key");
  ssl("chain-4", "", "under3.pem", "inter3.pem", "inter2.pem", "inter1.pem", "under3.key");
  ssl("chain-3-reversed", "", "inter1.pem", "inter2.pem", "under2.pem", "under2.key");
  ssl("chain-4-mixed", "", "inter2.pem", "under3.key", "inter1.pem", "under3.pem", "inter3.pem");
  ssl("chain-3-with-root", "", "root.pem", "under1.key", "inter1.pem", "under1.pem");
  ssl("chain-pkcs12-bags", "", "all.bags");
  for (const hash of ["sha384", "sha512", "sha1"]) ssl(`chain-${hash}`, "", `${hash}.pem`, "inter1.pem", `${hash}.key`);
  for (const bits of [2048, 3072, 4096]) {
    ssl(`rsa-${bits}-pkcs8`, "", `rsa${bits}.pem`, `rsa${bits}.key`);
    ssl(`rsa-${bits}-pkcs1`, "", `rsa${bits}.pem`, `rsa${bits}.p1`);
  }
  ssl("rsa-exponent-3", "", "rsa-e3.pem", "rsa-e3.key");
  ssl("rsa-chain", "", "rsa-leaf.pem", "rsa-ca.pem", "rsa-leaf.key");
  ssl("ec-under-rsa", "", "ec-rsa.pem", "rsa-ca.pem", "ec-rsa.key");
  ssl("ec-under-rsa-pss", "", "rsa-ca.pem", "ec-pss.pem", "ec-pss.key");
  py("python-ec-pkcs8", "", "leaf", "leaf-pkcs8");
  py("python-ec-sec1", "", "leaf-sec1", "leaf");
  py("python-chain", "", "leaf", "root", "leaf-pkcs8");
  for (const name of ["rich", "no-basic", "no-names", "cert-sign", "unknown-critical", "sha512", "sha3"])
    py(`python-${name}`, "", name, "root", "leaf-pkcs8");
  py("python-rsa-pkcs8", "", "rsa", "rsa-pkcs8");
  py("python-rsa-pkcs1", "", "rsa", "rsa-pkcs1");
  py("python-under-p384", "", "under-p384", "p384-ca", "leaf-pkcs8");
  py("python-pss-signed", "", "rsa-pss-signed", "rsa-ca", "leaf-sec1");
  pec("peculiar-ec", "", "leaf", "key");
  pec("peculiar-chain", "", "key-sec1", "root", "leaf");
  pec("peculiar-rsa", "", "rsa", "rsa-key");
  pec("peculiar-rsa-pkcs1", "", "rsa", "root", "rsa-key-pkcs1");
  const around = (text: string) =>
    `# a note\n\n${text.replace("-----BEGIN EC", "subject=CN = x\nBag: -\n-----BEGIN EC")}\nthe end --`;
  const pair = t("ec.pem", "ec.key");
  const from = o.origin("ec.pem", "ec.key");
  corpus.add("text-crlf", "", `${from}; CRLF`, crlf(pair));
  corpus.add("text-chain-crlf", "", `${o.origin("all.bags")}; CRLF`, crlf(t("all.bags")));
  corpus.add("text-around", "", `${from}; text before, between and behind`, around(pair));
  corpus.add("text-byte-order-mark", "", `${from}; behind a byte order mark`, `\xef\xbb\xbf${pair}`);
  corpus.add(
    "text-one-line",
    "",
    `${from}; base64 in one line`,
    pair.replace(/([A-Za-z0-9+/=])\n(?=[A-Za-z0-9+/=])/g, "$1"),
  );
  corpus.add(
    "text-short-lines",
    "",
    `${from}; lines of 20`,
    pair.replace(/^([A-Za-z0-9+/=]+)$/gm, (l) => l.replace(/.{20}/g, "$&\n")),
  );
  corpus.add(
    "text-indented",
    "",
    `${from}; base64 indented by blanks and tabs`,
    pair.replace(/^([A-Za-z0-9+/=]+)$/gm, " \t$1 "),
  );
  corpus.add("text-no-last-line-end", "", `${from}; nothing behind the last dash`, pair.trimEnd());
  corpus.add(
    "settings",
    "",
    `${from}; WIB SETTINGS by hand`,
    pair + settings('{"server":"a.example:443","time":1700000000}'),
  );
  corpus.add("settings-first", "", `${from}; WIB SETTINGS by hand`, settings('{"wifi":{"ssid":"x"}}') + pair);
  corpus.add("after-csr", "", `${o.origin("ec.pem")}; for a key made on the device`, t("ec.pem"), pointOf(t("ec.pem")));
  corpus.add(
    "after-csr-chain",
    "",
    `${o.origin("under1.pem")}; for a key made on the device`,
    t("inter1.pem", "under1.pem"),
    pointOf(t("under1.pem")),
  );

  // ---- Refused ----
  const other = pointOf(t("other.pem"));
  corpus.add("pem-empty", ERROR.malformedPem, "nothing at all", "");
  corpus.add("pem-none", ERROR.malformedPem, "a text without a block", "certificate and key, please\n");
  corpus.add(
    "pem-der",
    ERROR.malformedPem,
    "openssl x509 -outform der",
    Buffer.from(o.text("ec.pem").replace(/-----[^-]+-----|\s/g, ""), "base64").toString("latin1"),
  );
  corpus.add("pem-cut", ERROR.malformedPem, `${from}; cut within the key`, pair.slice(0, -60));
  corpus.add(
    "pem-four-dashes",
    ERROR.malformedPem,
    `${from}; four dashes at the end`,
    pair.replace("-----END EC", "----END EC"),
  );
  corpus.add(
    "pem-not-base64",
    ERROR.malformedPem,
    `${from}; a * in the base64`,
    pair.replace(/M(?=[A-Za-z0-9]{10})/, "*"),
  );
  corpus.add(
    "pem-url-alphabet",
    ERROR.malformedPem,
    `${from}; an _ in the base64`,
    pair.replace(/M(?=[A-Za-z0-9]{10})/, "_"),
  );
  corpus.add(
    "pem-padding-inside",
    ERROR.malformedPem,
    `${from}; = within the base64`,
    pair.replace(/M(?=[A-Za-z0-9]{10})/, "="),
  );
  corpus.add(
    "pem-labels-differ",
    ERROR.malformedPem,
    `${from}; END PRIVATE KEY`,
    pair.replace("END EC PRIVATE", "END PRIVATE"),
  );
  corpus.add(
    "pem-thirteen-blocks",
    ERROR.malformedPem,
    `${o.origin("parameters")}; 13 times`,
    t("parameters").repeat(13),
  );
  ssl("pem-pkcs7", ERROR.malformedPem, "ec.p7", "ec.key");
  ssl("pem-trusted", ERROR.malformedPem, "ec.trusted", "ec.key");
  pec("pem-csr", ERROR.malformedPem, "csr", "key");
  ssl("no-certificate-key-only", ERROR.noCertificate, "ec.key");
  ssl("no-certificate-parameters", ERROR.noCertificate, "parameters", "ec.key");
  ssl("no-certificate-rsa", ERROR.noCertificate, "rsa2048.key");
  corpus.add("no-certificate-settings", ERROR.noCertificate, "WIB SETTINGS by hand, alone", settings("{}"));
  ssl("no-key-ec", ERROR.noPrivateKey, "ec.pem");
  ssl("no-key-chain", ERROR.noPrivateKey, "under1.pem", "inter1.pem");
  ssl("no-key-rsa", ERROR.noPrivateKey, "rsa2048.pem", "parameters");
  ssl("two-keys-same", ERROR.twoPrivateKeys, "ec.pem", "ec.key", "ec.p8");
  ssl("two-keys-other", ERROR.twoPrivateKeys, "ec.pem", "ec.key", "other.key");
  ssl("two-keys-kinds", ERROR.twoPrivateKeys, "rsa2048.key", "ec.pem", "ec.key");
  for (const [name, ...files] of [
    ["ec", "ec.pem", "ec.key"],
    ["chain", "under1.pem", "inter1.pem", "under1.key"],
    ["rsa", "rsa2048.pem", "rsa2048.p1"],
  ])
    corpus.add(
      `key-after-csr-${name}`,
      ERROR.keyNotWanted,
      `${o.origin(...files)}; after a csr`,
      t(...files),
      pointOf(t("ec.pem")),
    );
  for (const name of ["ec.enc", "ec.enc1", "ec.legacy"])
    ssl(`encrypted-${name.replace(".", "-")}`, ERROR.encryptedKey, "ec.pem", name);
  for (const name of ["rsa.legacy", "rsa.des3", "rsa.scrypt"])
    ssl(`encrypted-${name.replace(".", "-")}`, ERROR.encryptedKey, "rsa2048.pem", name);
  corpus.add(
    "encrypted-legacy-crlf",
    ERROR.encryptedKey,
    `${o.origin("ec.legacy")}; CRLF`,
    crlf(t("ec.pem", "ec.legacy")),
  );
  py("encrypted-python", ERROR.encryptedKey, "leaf", "leaf-encrypted");
  py("encrypted-python-legacy", ERROR.encryptedKey, "leaf", "leaf-legacy");
  py("encrypted-python-rsa", ERROR.encryptedKey, "rsa", "rsa-encrypted");
  for (const kind of ["secp384r1", "secp521r1", "secp256k1", "brainpoolP256r1", "secp224r1", "ed25519", "ed448"])
    ssl(`unsupported-${kind}`, ERROR.unsupportedKey, `${kind}.pem`, `${kind}.key`);
  for (const kind of ["rsa1024", "rsa2047", "rsa2056", "rsa-pss", "explicit", "point"])
    ssl(`unsupported-${kind}`, ERROR.unsupportedKey, `${kind}.pem`, `${kind}.key`);
  ssl("unsupported-dsa", ERROR.unsupportedKey, "ec.pem", "dsa.pk8");
  corpus.add("unsupported-dsa-old", ERROR.unsupportedKey, "make_python.py: dsa-key", t("ec.pem") + python["dsa-key"]);
  ssl("unsupported-key-beside-ec", ERROR.unsupportedKey, "ec.pem", "secp384r1.key");
  corpus.add("unsupported-openssh", ERROR.unsupportedKey, "ssh-keygen -p -N ''", t("ec.pem") + openssh(o));
  py("unsupported-python-openssh", ERROR.unsupportedKey, "leaf", "leaf-openssh");
  py("unsupported-python-ed25519", ERROR.unsupportedKey, "ed25519", "root", "ed25519-key");
  py("unsupported-python-x25519", ERROR.unsupportedKey, "leaf", "x25519-key");
  py("unsupported-python-p384", ERROR.unsupportedKey, "leaf", "p384-key");
  pec("unsupported-peculiar-p521", ERROR.unsupportedKey, "p521", "root", "p521-key");
  ssl("mismatch-ec", ERROR.mismatch, "ec.pem", "other.key");
  ssl("mismatch-ec-no-public", ERROR.mismatch, "other.pem", "ec.no-public");
  ssl("mismatch-ec-compressed", ERROR.mismatch, "other.pem", "ec.compressed");
  ssl("mismatch-kinds", ERROR.mismatch, "ec.pem", "rsa2048.key");
  ssl("mismatch-kinds-turned", ERROR.mismatch, "rsa2048.pem", "ec.key");
  ssl("mismatch-rsa", ERROR.mismatch, "rsa2048.pem", "rsa-leaf.key");
  ssl("mismatch-rsa-size", ERROR.mismatch, "rsa2048.pem", "rsa4096.key");
  ssl("mismatch-issuers-key", ERROR.mismatch, "under1.pem", "inter1.pem", "inter1.key");
  corpus.add("mismatch-csr", ERROR.mismatch, `${o.origin("ec.pem")}; after a csr for another key`, t("ec.pem"), other);
  corpus.add("mismatch-csr-rsa", ERROR.mismatch, `${o.origin("rsa2048.pem")}; after a csr`, t("rsa2048.pem"), other);
  ssl("ca-root", ERROR.leafIsCa, "root.pem", "root.key");
  ssl("ca-intermediate", ERROR.leafIsCa, "inter1.pem", "root.pem", "inter1.key");
  ssl("ca-rsa", ERROR.leafIsCa, "rsa-ca.pem", "rsa-ca.key");
  py("ca-python", ERROR.leafIsCa, "root", "leaf-pkcs8");
  ssl("chain-two-leaves", ERROR.badChain, "ec.pem", "other.pem", "ec.key");
  ssl("chain-two-leaves-and-ca", ERROR.badChain, "under1.pem", "inter1.pem", "ec.pem", "under1.key");
  ssl("chain-leaf-twice", ERROR.badChain, "ec.pem", "ec.pem", "ec.key");
  ssl("chain-ca-twice", ERROR.badChain, "under1.pem", "inter1.pem", "inter1.pem", "under1.key");
  ssl("chain-gap", ERROR.badChain, "under2.pem", "inter1.pem", "under2.key");
  ssl("chain-other-ca", ERROR.badChain, "under1.pem", "inter2.pem", "under1.key");
  ssl("chain-foreign-root", ERROR.badChain, "under1.pem", "inter1.pem", "rsa-ca.pem", "under1.key");
  ssl("chain-impostor", ERROR.badChain, "under1.pem", "impostor.pem", "under1.key");
  ssl("chain-v1-beside", ERROR.badChain, "under1.pem", "inter1.pem", "v1.pem", "under1.key");
  ssl(
    "too-large-5",
    ERROR.tooLarge,
    "under4.pem",
    "inter4.pem",
    "inter3.pem",
    "inter2.pem",
    "inter1.pem",
    "under4.key",
  );
  ssl(
    "too-large-6",
    ERROR.tooLarge,
    "root.pem",
    "under4.pem",
    "inter4.pem",
    "inter3.pem",
    "inter2.pem",
    "inter1.pem",
    "under4.key",
  );
  ssl("too-large-same", ERROR.tooLarge, "ec.key", "ec.pem", "ec.pem", "ec.pem", "ec.pem", "ec.pem");
  corpus.add(
    "too-large-csr",
    ERROR.tooLarge,
    `${o.origin("ec.pem")}; eight times, after a csr`,
    t("ec.pem").repeat(8),
    pointOf(t("ec.pem")),
  );
  for (const [name, json] of [
    ["unknown-member", '{"server":"a:1","x":1}'],
    ["not-json", "{server:1}"],
    ["array", "[]"],
    ["port", '{"server":"a:0"}'],
    ["time", '{"time":1.5}'],
    ["psk-short", '{"wifi":{"ssid":"a","psk":"1234567"}}'],
    ["two-values", '{"time":1} {"time":2}'],
  ])
    corpus.add(`settings-${name}`, ERROR.malformedSettings, `${from}; WIB SETTINGS by hand`, pair + settings(json));
  corpus.add(
    "settings-twice",
    ERROR.malformedSettings,
    `${from}; WIB SETTINGS by hand`,
    pair + settings("{}").repeat(2),
  );
  corpus.add(
    "settings-garbage",
    ERROR.malformedSettings,
    `${from}; random bytes as settings`,
    pair + settings("\x00\x01\xff"),
  );
  ssl("der-three-primes", ERROR.malformedDer, "three.pem", "three.key");
}
