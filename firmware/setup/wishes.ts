// What a client wishes to have in its CSR (docs/PROTOCOL.md 6.3).

const KEY_LINE = "key=p256\ncn=";
const MAX_NAME_CHARS = 64;

/** @returns the common name, or "" for anything that is not exactly the two lines. */
export function commonNameOf(text: string): string {
  const end = text.length - 1;
  const name = text.substr(KEY_LINE.length, end - KEY_LINE.length);
  const good =
    text.substr(0, KEY_LINE.length) === KEY_LINE && text.charAt(end) === "\n" && /^[A-Za-z0-9.-]+$/.test(name);
  return good && name.length <= MAX_NAME_CHARS ? name : "";
}
