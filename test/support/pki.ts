// Certificates and keys made by OpenSSL, once a process, in a temporary folder.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export interface Pki {
  folder: string;
  ca: string;
  /** Chain and key files by kind. */
  ec: { cert: string; key: string };
  rsa: { cert: string; key: string };
}

let made: Pki | undefined;

export function openssl(args: string, cwd: string, input?: string): string {
  return execFileSync("openssl", args.split(" "), { cwd, input, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] });
}

export function opensslPki(): Pki {
  if (made) return made;
  const folder = mkdtempSync(path.join(tmpdir(), "wib-pki-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string) => path.join(folder, name);
  openssl("ecparam -name prime256v1 -genkey -noout -out ca.key", folder);
  openssl("req -x509 -new -key ca.key -subj /CN=Test-CA -days 3650 -out ca.pem", folder);
  writeFileSync(at("ext"), "basicConstraints=CA:FALSE\nsubjectAltName=DNS:device.local\n");
  const issue = (name: string) => {
    openssl(`req -new -key ${name}.key -subj /CN=device -out ${name}.csr`, folder);
    openssl(
      `x509 -req -in ${name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 365 -extfile ext -out ${name}.pem`,
      folder,
    );
    return { cert: at(`${name}.pem`), key: at(`${name}.key`) };
  };
  openssl("ecparam -name prime256v1 -genkey -noout -out ec.key", folder);
  openssl("genrsa -out rsa.key 2048", folder);
  made = { folder, ca: at("ca.pem"), ec: issue("ec"), rsa: issue("rsa") };
  return made;
}
