// The engine's require("Wifi") and require("WIZnet"), as far as the firmware uses them, and the air around the board.
// Wifi after libs/network/esp32/jswrap_esp32_network.c and, on boards that drive a module by AT commands,
// libs/js/espruino_wifi: there a server cannot listen while the module is off. Errors are text to the callback; bad
// arguments throw; a driver that refuses prints and calls nobody back.
import type { BoardRecord } from "../boards/index.ts";
import type { Clock } from "./clock.ts";
import type { Realm } from "./natives.ts";
import { notModelled, strict } from "./strict.ts";

/** What is around the board, to be changed by a test at any time. */
export interface Air {
  /** Passwords by network; "" for an open one. */
  networks: Map<string, string>;
  /** `refused`: the driver calls nobody back. `failed`: errors come back. `absent`: no module, no chip. */
  fault?: "refused" | "failed" | "absent";
}

type Done = (error: string | null) => void;
type Options = Record<string, unknown>;

const STARTED_MS = 200;
const JOINED_MS = 2000;
const LEAST_PASSWORD = 8;
const AUTH_MODES = ["open", "wpa", "wpa2", "wpa_wpa2"];
const OPTIONS = ["password", "authMode", "channel", "hidden"];

export interface SimWifi {
  module: object;
  /** The access point while it is up. */
  accessPoint: { name: string; password: string } | undefined;
  /** How often an access point was asked for since boot. */
  starts: number;
  /** The network joined. */
  station: string | undefined;
  /** Whether the engine can open a server socket. */
  canListen(): boolean;
  /** The network joined has gone. */
  lose(): void;
}

/** Boards whose radio is on the chip: the others have a module behind a serial port. */
export function hasRadio(record: BoardRecord): boolean {
  return /^(esp32|curio)/.test(record.name);
}

/** ESP32-C3: "C3 doesn't like AP and station at once". */
const IS_C3 = /^(esp32c3|curio)/;

export function createWifi(
  realm: Realm,
  record: BoardRecord,
  air: Air,
  clock: Clock,
  run: (callback: () => void) => void,
): SimWifi {
  const lost: (() => void)[] = [];
  let attempt = 0;
  const later = (callback: () => void, ms: number) => void clock.setTimer(() => run(callback), ms, false);

  function checkOptions(name: unknown, options: Options): string {
    if (typeof name !== "string") throw new realm.Error("No SSID");
    for (const member of Object.keys(options)) if (!OPTIONS.includes(member)) throw notModelled(`Wifi ${member}`);
    const { password = "" } = options;
    if (typeof password !== "string") throw new realm.Error("Expecting options.password to be a string");
    return password;
  }

  const wifi: SimWifi = {
    accessPoint: undefined,
    starts: 0,
    station: undefined,
    canListen: () => hasRadio(record) || !!wifi.accessPoint || wifi.station !== undefined,
    lose() {
      if (wifi.station === undefined) return;
      wifi.station = undefined;
      for (const callback of lost) run(callback);
    },
    module: strict("Wifi", {
      startAP(name: unknown, options: Options = {}, done?: Done) {
        const password = checkOptions(name, options);
        const mode = options.authMode ?? (password ? "wpa2" : "open");
        if (!AUTH_MODES.includes(mode as string)) throw new realm.Error("Unknown authMode value");
        const isShort = password.length < LEAST_PASSWORD;
        if (isShort && (options.password !== undefined || mode !== "open"))
          throw new realm.Error("Password must be string of at least 8 characters");
        if (mode === "open" && password) throw new realm.Error("Auth mode set to open but password supplied");
        wifi.starts++;
        if (air.fault === "refused") return;
        if (air.fault === "failed") return later(() => done?.("CWSAP failed: Timeout"), STARTED_MS);
        if (IS_C3.test(record.name)) wifi.station = undefined;
        later(() => {
          wifi.accessPoint = { name: name as string, password };
          done?.(null);
        }, STARTED_MS);
      },
      stopAP(done?: () => void) {
        wifi.accessPoint = undefined;
        if (done) later(done, 1);
      },
      connect(name: unknown, options: Options = {}, done?: Done) {
        const password = checkOptions(name, options);
        const mine = ++attempt;
        if (IS_C3.test(record.name)) wifi.accessPoint = undefined;
        if (air.fault === "refused") return;
        later(() => {
          if (mine !== attempt) return; // another one has been asked for
          const isRight = air.networks.get(name as string) === password;
          wifi.station = isRight && !air.fault ? (name as string) : undefined;
          done?.(wifi.station === undefined ? "WiFi connect failed: no_ap_found" : null);
        }, JOINED_MS);
      },
      disconnect(done?: () => void) {
        attempt++;
        wifi.station = undefined;
        if (done) later(done, 1);
      },
      on(event: string, callback: () => void) {
        if (event !== "disconnected") throw notModelled(`Wifi event ${event}`);
        lost.push(callback);
      },
    }),
  };
  return wifi;
}

/** @param record names the bus and the pin that it must be given. */
export function createWiznet(
  realm: Realm,
  record: BoardRecord,
  air: Air,
  clock: Clock,
  run: (callback: () => void) => void,
): { module: object; mac: string } {
  const chip = { mac: "00:08:dc:01:02:03", module: {} };
  const ethernet = strict("Ethernet", {
    setIP(options?: { mac?: string }, done?: Done): boolean {
      if (options && !/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(options.mac ?? "")) throw notModelled("such an address");
      if (options) chip.mac = options.mac!;
      const error = options || !air.fault ? null : "DHCP failed";
      if (done) clock.setTimer(() => run(() => done(error)), STARTED_MS, false);
      return !error;
    },
  });
  chip.module = strict("WIZnet", {
    connect(spi: unknown, select: unknown) {
      const [bus, pin] = record.network.pins!;
      if (String(spi) !== bus) throw new realm.Error(`Expecting SPI device, got ${String(spi)}`);
      if (String(select) !== pin) throw notModelled(`a chip at ${String(select)}`);
      return air.fault === "absent" ? undefined : ethernet;
    },
  });
  return chip;
}
