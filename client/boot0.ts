// What the flasher writes as .boot0, which the engine runs before anything else at every boot, also after reset() and with
// the button held: it locks the console and shuts the Telnet one (docs/SECURITY.md, Consoles). Neither lasts over a boot.
import { randomBytes } from "node:crypto";
import { SERIAL_ALPHABET } from "../firmware/protocol.ts";

/** As many as the engine's prompt takes. 5 bits each. */
const PASSWORD_CHARS = 20;

/** For the owner's file, mode 0600. Never derived from the serial, which others read on the label. */
export function drawConsolePassword(): string {
  return [...randomBytes(PASSWORD_CHARS)].map((byte) => SERIAL_ALPHABET[byte % SERIAL_ALPHABET.length]).join("");
}

/** in: what drawConsolePassword gave. @throws Error for another: a short one can be guessed, a longer one not be typed. */
export function boot0For(password: string): string {
  if (password.length !== PASSWORD_CHARS || [...password].some((c) => !SERIAL_ALPHABET.includes(c)))
    throw new Error(`a console password has ${PASSWORD_CHARS} characters of ${SERIAL_ALPHABET}`);
  const lock = `E.setPassword("${password}");E.lockConsole();`;
  const telnet = `try{require("TelnetServer").setOptions({mode:"off"})}catch(e){}`; // boards without it throw
  return `${lock}${telnet}\n`;
}
