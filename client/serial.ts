// The serial on the label: 80 random bits in Crockford base32 (docs/PROTOCOL.md section 8).
import { SERIAL_ALPHABET, SERIAL_CHARS } from "../firmware/protocol.ts";
import { usageError } from "./errors.ts";

/**
 * What a person may have typed, in the form that is sent: 16 characters of the alphabet.
 * @throws WibError that does not repeat what was typed.
 */
export function canonicalSerial(typed: string): string {
  let text = typed.replace(/[\s-]/g, "").replace(/[a-z]/g, (c) => c.toUpperCase()); // ASCII: no ſ to S
  if (text.length === SERIAL_CHARS + 3 && text.startsWith("WIB")) text = text.slice(3);
  text = text.replace(/O/g, "0").replace(/[IL]/g, "1");
  const bad = [...text].findIndex((c) => !SERIAL_ALPHABET.includes(c));
  if (text.length !== SERIAL_CHARS)
    throw usageError(
      `a serial has ${SERIAL_CHARS} characters, this has ${text.length}`,
      "it stands on the back, like WIB-XXXX-XXXX-XXXX-XXXX; the WIB- and the hyphens may be left out",
    );
  if (bad >= 0)
    throw usageError(
      `character ${bad + 1} of the serial is not one that serials are made of`,
      "the letters I, L, O are read as 1, 1, 0; U does not occur",
    );
  return text;
}

/** As it is printed. */
export function formatSerial(serial: string): string {
  return `WIB-${serial.match(/.{4}/g)!.join("-")}`;
}

/** in: 10 random bytes. */
export function serialFromBytes(bytes: Uint8Array): string {
  let value = bytes.reduce((n, byte) => n * 256n + BigInt(byte), 0n);
  let text = "";
  for (let i = 0; i < SERIAL_CHARS; i++, value /= 32n) text = SERIAL_ALPHABET[Number(value % 32n)] + text;
  return text;
}
