// Wiring. From top to bottom: what the board is, randomness, flash, the setup window, the button, TLS.
import { createPrimitives } from "./crypto/primitives.ts";
import { CUTOFFS } from "./entropy/cutoffs.ts";
import { createRandom } from "./entropy/random.ts";
import type { SourceConfig } from "./entropy/sources.ts";
import type { EnginePin } from "./hal/engine.ts";
import { createHal } from "./hal/hal.ts";
import { createHttpServer } from "./http/server.ts";
import type { HttpServer } from "./http/server.ts";
import { createButton, watchButton } from "./setup/button.ts";
import { createLeds } from "./setup/leds.ts";
import { createSetup } from "./setup/setup.ts";
import type { Setup } from "./setup/setup.ts";
import { createKeystore } from "./store/keystore.ts";
import { createTries } from "./store/tries.ts";
import { createEngineClient } from "./tls/engine-client.ts";
import type { EngineClient } from "./tls/engine-client.ts";

/** One board record, put in by the bundler, with the kind of build and the version. */
declare const BOARD: {
  name: string;
  build: string;
  version: string;
  button: string;
  pressed: number;
  ready: string;
  busy: string;
  storage: { start: number; bytes: number; page: number };
  sources: { kind: string; bits: number; claim: number; from?: string }[];
  maxKeyBytes: number;
  windowS: number;
  waitS: number;
  authS: number;
  sessionS: number;
  watchdogS: number;
};

/** What the flasher wrote: the serial, and perhaps a host name and a port for the setup server. */
interface Flashed {
  serial?: string;
  host?: string;
  port?: number;
}

const COLLECT_SAMPLES = 32;
const COLLECT_STARTING_MS = 2;
const COLLECT_READY_MS = 500;
const WATCHDOG_KICK_MS = 2000;

function start(): void {
  const hal = createHal();
  const p = createPrimitives(hal);
  const flashed: Flashed = JSON.parse(hal.storage.read("wib.cfg") || "{}");
  const serial = flashed["serial"] || "";

  function note(text: string): void {
    hal.print("wib: " + text);
  }

  function pinNamed(name: string | undefined): EnginePin | undefined {
    return name ? (global[name] as EnginePin) : undefined;
  }

  // ---- Randomness ----
  const configs: SourceConfig[] = [];
  for (let i = 0; i < BOARD.sources.length; i++) {
    const record = BOARD.sources[i];
    configs.push({
      kind: record.kind,
      bits: record.bits,
      claim: record.claim,
      from: record.from,
      pin: record.kind === "adc" ? pinNamed(record.from) : undefined,
      cutoffs: CUTOFFS[(record.bits === 1 ? "binary " : "wide ") + record.claim],
    });
  }
  const random = createRandom(hal, p, configs, [
    process.env["SERIAL"] || "",
    serial,
    "" + hal.getTime(),
    "" + hal.E.hwRand(),
  ]);

  // ---- Flash ----
  const keystore = createKeystore(hal, BOARD.storage, p);
  const tries = createTries(hal, BOARD.storage);

  // ---- The setup window ----
  const leds = createLeds(hal, pinNamed(BOARD.ready), pinNamed(BOARD.busy));
  let setup: Setup | undefined;
  let server: HttpServer | undefined;
  let windowTimer: number | undefined;

  function shutWindow(why: string): void {
    if (!setup) return;
    note("window shut: " + why);
    if (windowTimer !== undefined) hal.clearTimeout(windowTimer);
    windowTimer = undefined;
    server!.close();
    setup.end();
    setup = server = undefined;
    leds.window(false);
  }

  // ---- After setup ----
  let client: EngineClient | undefined;

  function statusText(): string {
    return JSON.stringify({
      "firmware": BOARD.version,
      "board": BOARD.name,
      "build": BOARD.build,
      "window": !!setup,
      "entropy": random.status() || "ready",
      "installed": keystore.isInstalled(),
      "failedTries": tries.count(),
    });
  }

  function startTls(): void {
    if (client) client.stop();
    client = undefined;
    const pair = keystore.current();
    if (!pair) return;
    const settings = pair.settings ? JSON.parse(pair.settings) : {};
    if (settings["server"]) client = createEngineClient(hal, hal.tls(), random, pair, settings["server"], statusText);
    else pair.key.fill(0);
  }

  function openWindow(): void {
    if (serial.length !== 16) return note("no serial: flash this board anew");
    if (random.status()) return note("window stays shut: " + random.status());
    random.reseed();
    const config = {
      build: BOARD.build,
      serial: serial,
      host: flashed["host"] || "",
      maxKeyBytes: BOARD.maxKeyBytes,
      windowS: BOARD.windowS,
      waitS: BOARD.waitS,
      authS: BOARD.authS,
      sessionS: BOARD.sessionS,
    };
    setup = createSetup({ hal: hal, p: p, random: random, keystore: keystore, tries: tries }, config, {
      installed: function () {
        shutWindow("installed");
        startTls();
      },
      exhausted: function () {
        shutWindow("too many failed tries");
      },
      note: note,
    });
    server = createHttpServer(hal, flashed["port"] || 80, setup);
    windowTimer = hal.setTimeout(function () {
      windowTimer = undefined;
      shutWindow("time is up");
    }, BOARD.windowS * 1000);
    leds.window(true);
    note("window open");
  }

  // ---- Button ----
  const button = createButton(hal, {
    reached: leds.held,
    toggle: function () {
      if (setup) shutWindow("button");
      else openWindow();
    },
    reset: function () {
      shutWindow("factory reset");
      if (client) client.stop();
      client = undefined;
      keystore.erase();
      note("factory reset");
    },
  });
  if (BOARD.button) watchButton(hal, pinNamed(BOARD.button)!, BOARD.pressed, button);

  // ---- Noise, from boot on ----
  let wasReady = false;
  function collect(): void {
    random.collect(COLLECT_SAMPLES);
    const status = random.status();
    if (status && setup) shutWindow(status);
    if (!status && !wasReady) {
      wasReady = true;
      note("ready");
      startTls();
    }
    hal.setTimeout(collect, status ? COLLECT_STARTING_MS : COLLECT_READY_MS);
  }
  collect();

  if (BOARD.watchdogS) {
    hal.E.enableWatchdog(BOARD.watchdogS, false);
    hal.setInterval(function () {
      hal.E.kickWatchdog();
    }, WATCHDOG_KICK_MS);
  }

  // A bench build has one global, for boards and targets without a button.
  if (BOARD.build === "bench")
    global["wib"] = {
      "press": function (ms: number): void {
        button.change(true);
        hal.setTimeout(function () {
          button.change(false);
        }, ms);
      },
      "status": statusText,
    };
}

start();
