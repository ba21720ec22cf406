// Assembles the key schedule's programs from text. Runs when the bundle is made, never on a device.
//
//   x = mac(y, z)            HMAC of slot z with slot y for a key: HKDF-Extract, Finished, a binder
//   x = "label"(y, z)        HKDF-Expand-Label(y, "label", z, 32): Derive-Secret, z being the hash of a transcript
//   x = "label"(y)           the same with an empty context; 12 bytes for an "iv", for a "key" as many as the cipher's has
//
// As characters: x, y, z (" " for none), bytes of "tls13 " and the label (0 for a mac); then the length (0 for a cipher's key), the
// label. x, y and z count from "0" on. When a program starts, e becomes SHA-256 of nothing and h that of the transcript; z is zeros.
// At its end k is compared with v.

export const SLOTS = "ehzskvrRiwWj";
export const SLOT_BYTES = 32;
const PREFIX_BYTES = 6;

function character(slot: string | undefined): string {
  if (!slot) return " ";
  const n = SLOTS.indexOf(slot);
  if (n < 0) throw new Error(`no slot "${slot}"`);
  return String.fromCharCode(48 + n);
}

/** @throws Error for a line that is no step. */
export function assembleDerivations(text: string): string {
  const step = (line: string): string => {
    const mac = /^(\w) = mac\((\w), (\w)\)$/.exec(line);
    if (mac) return character(mac[1]) + character(mac[2]) + character(mac[3]) + "\0";
    const expand = /^(\w) = "([a-z ]{2,12})"\((\w)(?:, (\w))?\)$/.exec(line);
    if (!expand) throw new Error(`no such step: "${line}"`);
    const label = expand[2];
    const length = label === "key" ? 0 : label === "iv" ? 12 : 32;
    const slots = character(expand[1]) + character(expand[3]) + character(expand[4]);
    return slots + String.fromCharCode(PREFIX_BYTES + label.length, length) + label;
  };
  const lines = text.split("\n").map((line) => line.replace(/#.*/, "").trim());
  return lines
    .filter((line) => line !== "")
    .map(step)
    .join("");
}
