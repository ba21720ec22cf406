// The WIB SETTINGS block (docs/PROTOCOL.md 6.5): JSON with known members of known kinds, nothing else. Checked whole
// before it is kept; kept as the text that came.

interface Settings {
  [member: string]: unknown;
}

function isText(value: unknown, min: number, max: number): boolean {
  return typeof value === "string" && value.length >= min && value.length <= max;
}

function hasOnly(value: Settings, members: string[]): boolean {
  for (const member in value) if (members.indexOf(member) < 0) return false;
  return true;
}

function isObject(value: unknown): value is Settings {
  return typeof value === "object" && !!value && !("length" in (value as object));
}

function isWifi(wifi: unknown): boolean {
  return (
    isObject(wifi) &&
    hasOnly(wifi, ["ssid", "psk"]) &&
    isText(wifi["ssid"], 1, 32) &&
    (wifi["psk"] === undefined || isText(wifi["psk"], 8, 63))
  );
}

/** host:port */
function isServer(server: unknown): boolean {
  if (!isText(server, 3, 260)) return false;
  const parts = (server as string).split(":");
  const port = parts.length === 2 && /^[0-9]+$/.test(parts[1]) ? parseInt(parts[1], 10) : 0;
  return /^[A-Za-z0-9.-]+$/.test(parts[0]) && port > 0 && port < 65536;
}

/** Seconds since 1970. */
function isTime(time: unknown): boolean {
  return typeof time === "number" && time >= 0 && time <= 4294967295 && Math.floor(time) === time;
}

/** @returns undefined unless it is exactly as section 6.5 has it. */
export function parseSettings(text: string): Settings | undefined {
  let settings: unknown;
  try {
    // In brackets because Espruino's parser stops at the end of the first value and ignores the rest.
    const list = JSON.parse("[" + text + "]");
    settings = list.length === 1 ? list[0] : undefined;
  } catch {
    return undefined;
  }
  if (!isObject(settings) || !hasOnly(settings, ["wifi", "clientCa", "server", "time"])) return undefined;
  const good =
    (settings["wifi"] === undefined || isWifi(settings["wifi"])) &&
    (settings["clientCa"] === undefined || isText(settings["clientCa"], 1, 4096)) &&
    (settings["server"] === undefined || isServer(settings["server"])) &&
    (settings["time"] === undefined || isTime(settings["time"]));
  return good ? settings : undefined;
}
