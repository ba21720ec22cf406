// How the engine's console prints the value of a line: jsfPrintJSON with the console's flags (src/jswrap_json.c). What it
// prints differently by device or prototype is not modelled, and shown as a plain object.
import { jsonOf } from "./engine-values.ts";

const LIMIT = 15;
const SHOWN = 5;
const LIMIT_CHARS = 60;
const SHOWN_CHARS = 27;
const ON_A_LINE = 4; // JSON_ITEMS_ON_LINE_OBJECT
const DOTS = " ... ";

export function printed(value: unknown, indent = 0): string {
  if (typeof value === "function") return `function ${/\(.*?\)/.exec(String(value))?.[0] ?? "()"} { ... }`;
  if (typeof value === "string") {
    if (value.length <= LIMIT_CHARS) return jsonOf(value, true);
    return jsonOf(value.slice(0, SHOWN_CHARS), true) + DOTS + jsonOf(value.slice(-SHOWN_CHARS), true);
  }
  if (typeof value !== "object" || value === null) return String(value);
  if (ArrayBuffer.isView(value)) return printedView(value as Uint8Array);
  // Members that are more than a number begin and end a line.
  const isArray = Array.isArray(value);
  const entries = isArray ? value.map((item, i) => [String(i), item]) : Object.entries(value);
  const newLine = (depth: number) => `\n${"  ".repeat(depth)}`;
  let text = isArray ? "[ " : "{ ";
  let needed = false;
  let since = 0;
  entries.forEach(([key, item], i) => {
    const limited = isArray && entries.length > LIMIT;
    if (limited && i >= SHOWN && i < entries.length - SHOWN) return;
    if (i) text += ", ";
    if (limited && i === entries.length - SHOWN) text += DOTS;
    const needs = typeof item === "object" || typeof item === "string";
    if (!isArray && since > ON_A_LINE) needed = true;
    if (needed || needs) {
      text += newLine(indent + 1);
      needed = false;
      since = 0;
    } else since++;
    text +=
      (isArray ? "" : `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : jsonOf(key, true)}: `) + printed(item, indent + 1);
    needed = needs;
  });
  return text + (needed ? newLine(indent) : "") + (isArray ? " ]" : " }");
}

function printedView(view: Uint8Array): string {
  const name = Object.prototype.toString.call(view).slice(8, -1);
  const items = [...view];
  if (items.every((item) => item === 0)) return `new ${name}(${items.length})`;
  const shown =
    items.length > LIMIT
      ? `${items.slice(0, SHOWN).join(", ")}, ${DOTS}${items.slice(-SHOWN).join(", ")}`
      : items.join(", ");
  return `new ${name}([${shown}])`;
}
