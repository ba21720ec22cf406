// Every form in which openssl writes keys and certificates that a device may be given, and those it must refuse.
// Made once a process. What is in them is told by Node's own parser, which shares no code with the firmware's.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { withTool } from "./needs.ts";
import { openssl, opensslPki } from "./pki.ts";

export interface PkiKinds {
  /** PEM text of private keys. The first five hold a key that is in `certificates` too. */
  keys: Record<
    | "ec-sec1"
    | "ec-pkcs8"
    | "rsa-pkcs1"
    | "rsa-pkcs8"
    | "ec-with-parameters"
    | "ec-without-public"
    | "p384-sec1"
    | "p384-pkcs8"
    | "ec-explicit"
    | "ed25519"
    | "rsa-three-primes"
    | "encrypted",
    string
  >;
  certificates: Record<"ca" | "ec" | "rsa" | "p384" | "ed25519" | "ec-compressed" | "intermediate", string>;
}

/** `openssl --version` is no command of every openssl. */
export function withOpenssl(name: string, callback: () => void): void {
  withTool("openssl", name, callback, "version");
}

let made: PkiKinds | undefined;

export function pkiKinds(): PkiKinds {
  if (made) return made;
  const { folder } = opensslPki();
  const text = (name: string) => readFileSync(path.join(folder, name), "utf8");
  const run = (args: string) => openssl(args, folder);
  const issue = (name: string, more = "") => {
    run(`req -new -key ${name}.key -subj /CN=device -out ${name}.csr`);
    run(`x509 -req -in ${name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 365${more} -out ${name}.pem`);
    return text(`${name}.pem`);
  };
  run("pkcs8 -topk8 -nocrypt -in ec.key -out ec.p8");
  run("pkcs8 -topk8 -nocrypt -in rsa.key -out rsa.p8");
  run("rsa -in rsa.key -traditional -out rsa.p1");
  run("ec -in ec.key -no_public -out ec-no-public.key");
  run("ec -in ec.key -conv_form compressed -out compressed.key");
  run("ecparam -name secp384r1 -genkey -noout -out p384.key");
  run("pkcs8 -topk8 -nocrypt -in p384.key -out p384.p8");
  run("ecparam -name prime256v1 -genkey -noout -param_enc explicit -out explicit.key");
  run("genpkey -algorithm ed25519 -out ed25519.key");
  run("genrsa -primes 3 -traditional -out three.key 2048");
  run("pkcs8 -topk8 -in ec.key -passout pass:secret -out encrypted.key");
  run("ecparam -name prime256v1 -genkey -noout -out intermediate.key");
  writeFileSync(path.join(folder, "ca.ext"), "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=keyCertSign\n");
  const parameters = run("ecparam -name prime256v1");
  made = {
    keys: {
      "ec-sec1": text("ec.key"),
      "ec-pkcs8": text("ec.p8"),
      "rsa-pkcs1": text("rsa.p1"),
      "rsa-pkcs8": text("rsa.p8"),
      "ec-with-parameters": parameters + text("ec.key"),
      "ec-without-public": text("ec-no-public.key"),
      "p384-sec1": text("p384.key"),
      "p384-pkcs8": text("p384.p8"),
      "ec-explicit": text("explicit.key"),
      "ed25519": text("ed25519.key"),
      "rsa-three-primes": text("three.key"),
      "encrypted": text("encrypted.key"),
    },
    certificates: {
      "ca": text("ca.pem"),
      "ec": text("ec.pem"),
      "rsa": text("rsa.pem"),
      "p384": issue("p384"),
      "ed25519": issue("ed25519"),
      "ec-compressed": issue("compressed"),
      "intermediate": issue("intermediate", " -extfile ca.ext"),
    },
  };
  return made;
}

/** The label and the DER of the last block of a PEM text. */
export function lastBlock(pem: string): { label: string; der: Uint8Array } {
  const [, label, base64] = [...pem.matchAll(/-----BEGIN ([^-]+)-----([^-]+)-----END/g)].at(-1)!;
  return { label, der: new Uint8Array(Buffer.from(base64, "base64")) };
}

type Jwk = Record<"x" | "y" | "d" | "n" | "e" | "p" | "q" | "dp" | "dq" | "qi", string>;

/** The numbers of a key in hex, as Node sees it. */
export function keyNumbers(pem: string): Jwk {
  const isCertificate = pem.includes("BEGIN CERTIFICATE");
  const key = isCertificate ? new X509Certificate(pem).publicKey : createPrivateKey(pem);
  const jwk = key.export({ format: "jwk" }) as unknown as Jwk;
  return Object.fromEntries(
    Object.entries(jwk).map(([name, value]) => [name, Buffer.from(value, "base64url").toString("hex")]),
  ) as Jwk;
}

/** One DER element. */
export function der(tag: number, ...contents: (number[] | Uint8Array)[]): Uint8Array {
  const body = contents.flatMap((part) => [...part]);
  const digits: number[] = [];
  for (let n = body.length; n > 0; n >>= 8) digits.unshift(n & 255);
  const length = body.length < 128 ? [body.length] : [128 + digits.length, ...digits];
  return new Uint8Array([tag, ...length, ...body]);
}
