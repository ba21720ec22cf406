// The engine's console, a character at a time (src/jsinteractive.c): echo, prompt, lines that begin with 0x10, ESC LF, brackets
// that are still open, the password prompt, packets. Not modelled, and ignored: history, Tab, and moving the cursor within a line.
import { LENGTH_BITS, NAK } from "./packets.ts";
import type { Packets } from "./packets.ts";

const CTRL_C = "\x03";
const ENQ = "\x05";
const DLE = "\x10";
const ESC = "\x1b";
const PASSWORD_CHARS = 20;
const PACKET_MS = 5000;

export interface ConsoleHost {
  /** To whoever is connected; a line ends in "\r\n" already. */
  write(text: string): void;
  isLocked(): boolean;
  /** @returns whether it was the password. */
  unlock(password: string): boolean;
  /** Runs a line. @returns how its value is printed, or undefined where an error has been reported. */
  run(line: string): string | undefined;
  /** "2v29.277 LINUX" */
  identity(): string;
  packets: Packets;
}

export class ConsoleLine {
  readonly #host: ConsoleHost;
  #line = "";
  #echo = true;
  #isQuietLine = false;
  /** The prompt, and what is typed behind it, are not on the terminal now. */
  #isRemoved = true;
  /** After 0x10, ESC, ESC [ and ESC [ digits. */
  #state: "" | "dle" | "escape" | "bracket" | "number" = "";
  #number = "";
  #packet: string | undefined;
  #packetTimer: NodeJS.Timeout | undefined;

  constructor(host: ConsoleHost) {
    this.#host = host;
  }

  setEcho(on: boolean): void {
    this.#echo = on;
  }

  /** RAM is new. @param isRemoved whether the prompt is not on the terminal any more: after load() it is. */
  reset(isRemoved: boolean): void {
    this.#line = this.#state = "";
    this.#echo = true;
    this.#isRemoved ||= isRemoved;
    this.#isQuietLine = false;
    this.endPacket();
  }

  /** Somebody has connected. */
  greet(): void {
    this.#isRemoved = true;
    this.showPrompt();
  }

  endPacket(): void {
    clearTimeout(this.#packetTimer);
    this.#packet = undefined;
  }

  /** What has come, and then the prompt if it was gone: one turn of the engine's loop. */
  feed(text: string): void {
    for (const c of text) this.#take(c);
    this.showPrompt();
  }

  showPrompt(): void {
    if (!this.#isRemoved || this.#packet !== undefined) return;
    this.#isRemoved = false;
    if (!this.#isShown()) return;
    this.#host.write(`${this.#host.isLocked() ? "password" : ""}>${this.#line.replaceAll("\n", "\r\n:")}`);
  }

  /** A line that is printed between: the prompt goes, and comes back after it. */
  print(text: string): void {
    this.removePrompt();
    this.#host.write(`${text.replaceAll("\n", "\r\n")}\r\n`);
  }

  removePrompt(): void {
    if (this.#isRemoved) return;
    this.#isRemoved = true;
    if (this.#isShown()) this.#host.write(`${`${ESC}[D`.repeat(this.#line.length)}\r${ESC}[J`);
  }

  #isShown(): boolean {
    return this.#echo && !this.#isQuietLine;
  }

  /** What echoes a typed character. */
  #show(text: string): void {
    if (this.#isShown() && !this.#isRemoved && !this.#host.isLocked()) this.#host.write(text);
  }

  #take(c: string): void {
    if (this.#host.isLocked()) return this.#takePassword(c);
    if (this.#packet !== undefined) return this.#takePacket(c);
    const state = this.#state;
    this.#state = "";
    if (c === "\0") return;
    if (c === "\x01") {
      if (state === "dle") this.#beginPacket();
    } else if (c === CTRL_C) {
      if (this.#line) this.#erase();
    } else if (c === ENQ) {
      if (!this.#line) this.#host.write(`Espruino ${this.#host.identity()}\r\n`);
    } else if (c === DLE) {
      if (!this.#line) this.#isQuietLine = true;
      this.#state = "dle";
    } else if (c === ESC) this.#state = "escape";
    else if (state === "escape") this.#takeEscape(c);
    else if (state === "bracket" || state === "number") this.#takeSequence(c);
    else if (c === "\b" || c === "\x7f") {
      if (!this.#line) return;
      this.#line = this.#line.slice(0, -1);
      this.#show("\b \b");
    } else if (c === "\r" || c === "\n") this.#newLine();
    else if (c === "\t" && this.#isShown())
      return; // would complete what has been typed
    else if (c >= " " || c === "\t") {
      this.#line += c === "\t" ? "    " : c;
      this.#show(c);
    }
  }

  #takeEscape(c: string): void {
    if (c === "[") this.#state = "bracket";
    else if (c === "\n") this.#continueLine();
  }

  #takeSequence(c: string): void {
    if (/\d/.test(c)) {
      this.#number = this.#state === "number" ? this.#number + c : c;
      this.#state = "number";
    } else if (c === "H" && this.#number === "2") this.#erase();
    // ESC [ n d sets the number of the line, which only shows in stack traces.
    if (!/\d/.test(c)) this.#number = "";
  }

  #erase(): void {
    if (!this.#line) return;
    this.removePrompt();
    this.#line = "";
  }

  #continueLine(): void {
    this.#show("\r\n:");
    this.#line += "\n";
  }

  #newLine(): void {
    if (openBrackets(this.#line) > 0) return this.#continueLine();
    this.#show("\r\n");
    if (!this.#isQuietLine) this.#isRemoved = true;
    const line = this.#line.trimEnd();
    this.#line = "";
    const value = line ? this.#host.run(line) : undefined;
    if (value !== undefined && this.#isShown()) this.#host.write(`=${value.replaceAll("\n", "\r\n")}\r\n`);
    this.#isQuietLine = false;
  }

  #takePassword(c: string): void {
    if (c !== "\r" && c !== "\n") {
      if (this.#line.length < PASSWORD_CHARS) this.#line += c;
      return;
    }
    const typed = this.#line;
    this.#line = this.#state = "";
    if (this.#host.unlock(typed)) {
      this.#host.write("\r\n  Logged in.\r\n");
      this.#isRemoved = true;
      this.showPrompt();
    } else this.#host.write("\r\n  Invalid password\r\npassword>");
  }

  #beginPacket(): void {
    this.#packet = "";
    this.#packetTimer = setTimeout(() => {
      this.#host.write(NAK);
      this.endPacket();
    }, PACKET_MS);
    this.#packetTimer.unref();
  }

  #takePacket(c: string): void {
    this.#packet += c;
    const packet = this.#packet!;
    if (packet.length < 2) return;
    if (!this.#line) this.#isQuietLine = false;
    const head = (packet.charCodeAt(0) << 8) | packet.charCodeAt(1);
    if (packet.length < 2 + (head & LENGTH_BITS)) return;
    this.#host.packets.process(head, packet.slice(2));
    this.endPacket();
  }
}

/** How many brackets a line leaves open; a comment that does not end counts as many, a text that does not end as none. */
export function openBrackets(line: string): number {
  const token =
    /\/\/[^\n]*|\/\*[^]*?(\*\/|$)|"(?:\\[^]|[^"\\\n])*("|$|(?=\n))|'(?:\\[^]|[^'\\\n])*('|$|(?=\n))|`(?:\\[^]|[^`\\])*(`|$)|[([{]|[)\]}]/g;
  let open = 0;
  for (const [text, comment, double, single, template] of line.matchAll(token)) {
    if (text.startsWith("/*") && !comment) return 1000;
    if (text[0] === "`" && !template) return 1000;
    if ((text[0] === '"' && !double) || (text[0] === "'" && !single)) return 0;
    if (/^[([{]$/.test(text)) open++;
    else if (/^[)\]}]$/.test(text) && --open < 0) return open;
  }
  return open;
}
