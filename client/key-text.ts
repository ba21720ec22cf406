// The text that is sealed into the last step: the chain, the private key, the settings, as PEM blocks one after the
// other (docs/PROTOCOL.md 6.3 and 6.4).
import { readFileSync } from "node:fs";
import { usageError } from "./errors.ts";
import { encodePem, pemBlocks } from "./pem.ts";

export interface Settings {
  wifi?: { ssid: string; psk?: string };
  /** PEM. */
  clientCa?: string;
  /** host:port */
  server?: string;
  /** Seconds since 1970. */
  time?: number;
}

export function readText(file: string, what: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw usageError(
      `${what} ${file}: ${code === "ENOENT" ? "no such file" : code === "EACCES" ? "no permission" : code}`,
      "check the path",
    );
  }
}

/** Keeps the blocks and drops the text around them: the device pays for every byte. */
function blocksOf(text: string, file: string, accepts: (label: string) => boolean, what: string): string {
  // PKCS#8's label, and the header lines of the older forms.
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: .*ENCRYPTED/m.test(text) && accepts("PRIVATE KEY"))
    throw usageError(
      `the private key in ${file} is encrypted`,
      `decrypt it first: openssl pkey -in ${file} -out PLAIN`,
    );
  const blocks = pemBlocks(text).filter(({ label }) => accepts(label));
  if (!blocks.length) throw usageError(`${file} holds no ${what}`, "a PEM file is wanted, with -----BEGIN ...-----");
  return blocks.map(({ label, der }) => encodePem(label, der)).join("");
}

/** The block with the settings, or nothing if there are none. */
export function settingsBlock(settings: Settings): string {
  if (!Object.keys(settings).length) return "";
  return encodePem("WIB SETTINGS", new TextEncoder().encode(JSON.stringify(settings)));
}

/** @throws WibError for files that cannot be read or hold nothing of the kind. */
export function composeKeyText(files: { cert: string; key: string }, settings: Settings = {}): Uint8Array {
  const isKey = (label: string) => label.endsWith("PRIVATE KEY");
  const cert = blocksOf(readText(files.cert, "certificate"), files.cert, (l) => l === "CERTIFICATE", "certificate");
  const key = blocksOf(readText(files.key, "key"), files.key, isKey, "private key");
  return new TextEncoder().encode(cert + key + settingsBlock(settings));
}
