/** A constant made with the bundle, one byte a character: the engine keeps such a string in flash. */
export function byteText(bytes: number[]): string {
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]);
  return text;
}
