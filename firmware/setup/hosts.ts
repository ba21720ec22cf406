// Which Host and Origin are let in (docs/PROTOCOL.md 2.4): no web page may reach the device through a name of its own.
import type { RequestHead } from "../http/request.ts";

function isIpv4(name: string): boolean {
  const parts = name.split(".");
  if (parts.length !== 4) return false;
  for (let i = 0; i < 4; i++)
    if (!/^[0-9]+$/.test(parts[i]) || parts[i].length > 3 || parseInt(parts[i], 10) > 255) return false;
  return true;
}

/** in: in lower case. */
export function isHostAllowed(host: string, own: string): boolean {
  let name = host;
  const bracket = host.indexOf("]");
  const colon = host.lastIndexOf(":");
  if (colon > bracket) {
    const port = host.substr(colon + 1);
    if (!/^[0-9]+$/.test(port) || port.length > 5) return false;
    name = host.substr(0, colon);
  }
  if (name.charAt(0) === "[") return /^\[[0-9a-f:.]+\]$/.test(name);
  if (!/^[a-z0-9.-]+$/.test(name)) return false;
  return (
    isIpv4(name) ||
    name.indexOf(".") < 0 ||
    name === own ||
    (name.length > 6 && name.substr(name.length - 6) === ".local")
  );
}

export function isOriginAllowed(head: RequestHead): boolean {
  const origin = head.headers["origin"];
  const site = head.headers["sec-fetch-site"];
  if (origin !== undefined && origin.toLowerCase() !== "http://" + head.host) return false;
  return site === undefined || site === "same-origin" || site === "none";
}
