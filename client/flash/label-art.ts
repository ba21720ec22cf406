// A label to stick on a board: for the terminal, as SVG with its text, and as PNG. The QR code holds the serial as it is printed.
import QRCode from "qrcode";
import { formatSerial } from "../serial.ts";
import type { Label } from "./labels.ts";
import { labelPath, writePrivate } from "./labels.ts";

const QUIET = 4; // modules of white round a QR code (ISO/IEC 18004)
const PNG_SCALE = 8;
const LINE = 5;

function linesOf(label: Label): string[] {
  return [
    formatSerial(label.serial),
    `${label.board}${label.build === "bench" ? "  BENCH" : ""}`,
    ...(label.apPassword === undefined ? [] : [`Wi-Fi ${label.apPassword}`]),
  ];
}

/** Two rows of modules a line; dark on light also where the terminal is dark. */
export function labelText(label: Label): string {
  const { modules } = QRCode.create(formatSerial(label.serial), { errorCorrectionLevel: "M" });
  const isDark = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < modules.size && y < modules.size && modules.get(y, x) === 1;
  let art = "";
  for (let y = -QUIET; y < modules.size + QUIET; y += 2) {
    art += "  ";
    for (let x = -QUIET; x < modules.size + QUIET; x++) {
      const [top, bottom] = [isDark(x, y), isDark(x, y + 1)];
      art += top ? (bottom ? " " : "▄") : bottom ? "▀" : "█";
    }
    art += "\n";
  }
  return `${art}${linesOf(label)
    .map((line) => `  ${line}`)
    .join("\n")}\n`;
}

export function labelSvg(label: Label): string {
  const { modules } = QRCode.create(formatSerial(label.serial), { errorCorrectionLevel: "M" });
  const size = modules.size + 2 * QUIET;
  const lines = linesOf(label);
  let path = "";
  for (let y = 0; y < modules.size; y++)
    for (let x = 0; x < modules.size; x++) if (modules.get(y, x)) path += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
  const text = lines.map((line, i) => `<text x="${size + 1}" y="${QUIET + LINE * (i + 1)}">${line}</text>`).join("");
  const [width, height] = [size + 60, size];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}mm" height="${height}mm">` +
    `<rect width="${width}" height="${height}" fill="#fff"/><path d="${path}"/>` +
    `<g font-family="monospace" font-size="4">${text}</g></svg>\n`
  );
}

/** Its QR code alone. */
export function labelPng(label: Label): Promise<Buffer> {
  return QRCode.toBuffer(formatSerial(label.serial), { errorCorrectionLevel: "M", margin: QUIET, scale: PNG_SCALE });
}

/** Beside the label's own file. @returns their names. */
export async function saveLabelArt(folder: string, label: Label): Promise<{ svg: string; png: string }> {
  const base = labelPath(folder, label);
  writePrivate(`${base}.svg`, labelSvg(label));
  writePrivate(`${base}.png`, await labelPng(label));
  return { svg: `${base}.svg`, png: `${base}.png` };
}
