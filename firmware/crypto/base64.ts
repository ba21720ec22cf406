/** Base64 of bytes (RFC 4648), for constants made with the bundle. */
export function base64Of(bytes: number[]): string {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const bits = (bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2];
    for (let k = 0; k < 4; k++) text += i + k > bytes.length ? "=" : digits.charAt((bits >> (18 - 6 * k)) & 63);
  }
  return text;
}
