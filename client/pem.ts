// PEM text (RFC 7468), as little as the client needs of it.

/** One block, 64-character lines, LF. */
export function encodePem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

export interface PemBlock {
  label: string;
  der: Uint8Array;
}

/** All blocks of a text, with whatever stands around them. */
export function pemBlocks(text: string): PemBlock[] {
  const pattern = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\s]+)-----END \1-----/g;
  return [...text.matchAll(pattern)].map(([, label, base64]) => ({
    label,
    der: new Uint8Array(Buffer.from(base64, "base64")),
  }));
}

/** The text's only block, if it has this label. */
export function decodePem(text: string, label: string): Uint8Array | undefined {
  const blocks = pemBlocks(text);
  return blocks.length === 1 && blocks[0].label === label ? blocks[0].der : undefined;
}
