/** A constant made with the bundle, one byte a character: the engine keeps such a string in flash. */
export function byteText(bytes: number[]): string {
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]);
  return text;
}

/** The same for digits in hex. */
export function hexText(hex: string): string {
  const list: number[] = [];
  for (let i = 0; i < hex.length; i += 2) list.push(parseInt(hex.substr(i, 2), 16));
  return byteText(list);
}
