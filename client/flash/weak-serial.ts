// Serials that others can guess: it is the pairing secret (docs/PROTOCOL.md section 8). 80 random bits look like none of these but
// once in thousands of times, so this warns and does not refuse.
import { SERIAL_ALPHABET } from "../../firmware/protocol.ts";

const FEW_KINDS = 5;
const RUN = 6;
const CHIP_DIGITS = 6;

/** @param chip the chip's number. @returns why it is weak, or "". */
export function weakness(serial: string, chip = ""): string {
  if (new Set(serial).size <= FEW_KINDS) return "it has hardly any different characters";
  for (let period = 1; period <= serial.length / 2; period++)
    if (serial === serial.slice(0, period).repeat(16).slice(0, serial.length)) return "it repeats itself";
  for (let at = 0; at + RUN <= serial.length; at++) {
    const steps = [...serial.slice(at, at + RUN)].map((c, i) => SERIAL_ALPHABET.indexOf(c) - i);
    const back = [...serial.slice(at, at + RUN)].map((c, i) => SERIAL_ALPHABET.indexOf(c) + i);
    if (new Set(steps).size === 1 || new Set(back).size === 1) return "it counts up or down";
  }
  if (/^0{6}|0{8}/.test(serial)) return "it looks like a running number";
  if (/^[0-9A-F]{12}/.test(serial) || /[0-9A-F]{12}$/.test(serial)) return "it looks like a MAC address";
  if (/^\d+$/.test(serial)) return "it has digits only";
  const digits = chip.toUpperCase().replace(/[^0-9A-F]/g, "");
  for (let at = 0; at + CHIP_DIGITS <= digits.length; at++)
    if (serial.includes(digits.slice(at, at + CHIP_DIGITS))) return "it has part of the chip's number in it";
  return "";
}
