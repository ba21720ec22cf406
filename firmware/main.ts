// Wiring. From top to bottom: what the board is, randomness, flash, the setup window, the button, TLS.
import { THUMB } from "./crypto/back-ends.build.ts";
import { createNative } from "./crypto/native/native.ts";
import { nativePrimitives } from "./crypto/native/primitives-native.ts";
import { es5Primitives } from "./crypto/primitives-es5.ts";
import { createPrimitives, hex } from "./crypto/primitives.ts";
import { CUTOFFS } from "./entropy/cutoffs.ts";
import { createRandom } from "./entropy/random.ts";
import type { NoiseInput } from "./entropy/random.ts";
import {
  adcSource,
  counterSource,
  gpioSource,
  i2cSource,
  osSource,
  registerSource,
  temperatureSource,
  timerSource,
  vrefSource,
} from "./entropy/sources.ts";
import type { SourceConfig, SourceMaker } from "./entropy/sources.ts";
import type { EnginePin } from "./hal/engine.ts";
import { createHal } from "./hal/hal.ts";
import { createHttpServer } from "./http/server.ts";
import type { HttpServer } from "./http/server.ts";
import { createButton, watchButton } from "./setup/button.ts";
import { createLeds } from "./setup/leds.ts";
import { createSetup } from "./setup/setup.ts";
import type { Setup } from "./setup/setup.ts";
import { createKeystore } from "./store/keystore.ts";
import { createSeedFile } from "./store/seed-file.ts";
import type { SeedArea } from "./store/seed-file.ts";
import { createSetupLog, LOG_INSTALLED, LOG_OPENED, LOG_RESET, LOG_SHUT } from "./store/setup-log.ts";
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
  /** 0 where the pool grows on demand. */
  variables: number;
  ready: string;
  busy: string;
  storage: SeedArea;
  sources: SourceConfig[];
  /** Which kinds are among them; the bundler drops the code of the others. */
  usesAdc: boolean;
  usesTemperature: boolean;
  usesVref: boolean;
  usesTimer: boolean;
  usesCounter: boolean;
  usesRegister: boolean;
  usesOs: boolean;
  usesGpio: boolean;
  usesI2c: boolean;
  maxKeyBytes: number;
  suites: string;
  tls: string;
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
const EXPIRE_MS = 1000;
const WATCHDOG_KICK_MS = 2000;

function start(): void {
  const hal = createHal();
  if (!BOARD.variables) hal.growMemory();
  const native = THUMB.runs ? nativePrimitives(hal, createNative(hal)) : undefined;
  const p = createPrimitives(hal, native, es5Primitives(hal));
  const flashed: Flashed = JSON.parse(hal.storage.read("wib.cfg") || "{}");
  const serial = flashed["serial"] || "";

  function note(text: string): void {
    hal.print("wib: " + text);
  }

  function pinNamed(name: string | undefined): EnginePin | undefined {
    return name ? (global[name] as EnginePin) : undefined;
  }

  // ---- Randomness ----
  const makers: { [kind: string]: SourceMaker } = {};
  if (BOARD.usesAdc) makers["adc"] = adcSource;
  if (BOARD.usesTemperature) makers["temperature"] = temperatureSource;
  if (BOARD.usesVref) makers["vref"] = vrefSource;
  if (BOARD.usesTimer) makers["timer"] = timerSource;
  if (BOARD.usesCounter) makers["counter"] = counterSource;
  if (BOARD.usesRegister) makers["register"] = registerSource;
  if (BOARD.usesOs) makers["os"] = osSource;
  if (BOARD.usesGpio) makers["gpio"] = gpioSource;
  if (BOARD.usesI2c) makers["i2c"] = i2cSource;
  const records: SourceConfig[] = BOARD.sources;
  const inputs: NoiseInput[] = [];
  for (let i = 0; i < records.length; i++) {
    const record = records[i];
    inputs.push({
      source: makers[record.kind](hal, record),
      claim: record.claim,
      cutoffs: CUTOFFS[(record.bits === 1 ? "binary " : "wide ") + record.claim],
    });
  }
  const seeds = createSeedFile(hal, BOARD.storage);
  // Chip id (from the MAC on some chips), the label, the time, and what some chips' generators give.
  const stir = [process.env["SERIAL"], serial, hal.getTime(), hal.E.hwRand()].join();
  const random = createRandom(p, inputs, seeds, stir);

  // ---- Flash ----
  const keystore = createKeystore(hal, BOARD.storage, p);
  const tries = createTries(hal, BOARD.storage);
  const log = createSetupLog(hal, BOARD.storage, tries);

  // ---- The setup window ----
  const leds = createLeds(hal, pinNamed(BOARD.ready), pinNamed(BOARD.busy));
  let setup: Setup | undefined;
  let server: HttpServer | undefined;
  let windowTimer: number | undefined;

  function shutWindow(why: string, event?: number): void {
    if (!setup) return;
    if (windowTimer !== undefined) hal.clearTimeout(windowTimer);
    windowTimer = undefined;
    server!.close();
    setup.end();
    setup = server = undefined;
    leds.window(false);
    log.append(event || LOG_SHUT);
    note("window shut: " + why);
  }

  /** The window limits the time until auth; who has authenticated may finish within the session's own deadline. */
  function expire(): void {
    if (setup!.expire()) windowTimer = hal.setTimeout(expire, EXPIRE_MS);
    else {
      windowTimer = undefined;
      shutWindow("time is up");
    }
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
    if (settings["server"])
      client = createEngineClient(hal, hal.tls(), random, pair, settings["server"], statusText, note);
    else pair.key.fill(0);
  }

  function openWindow(): void {
    if (serial.length !== 16) return note("no serial: flash this board anew");
    if (random.status()) return note("window stays shut: " + random.status());
    if (BOARD.build === "product") {
      if ((hal.storage.read(".boot0") || "").indexOf("lockConsole") < 0)
        return note("no console lock: flash this board anew");
      hal.E.lockConsole(); // its owner may have left it open
    }
    random.reseed();
    if (THUMB.runs) hal.E.defrag(); // the body's buffer and the machine's memory have to lie in one piece (docs/MEMORY.md)
    const config = {
      build: BOARD.build,
      serial: serial,
      host: flashed["host"] || "",
      maxKeyBytes: BOARD.maxKeyBytes,
      suites: BOARD.suites,
      hasCsr: BOARD.tls === "own-server",
      windowS: BOARD.windowS,
      waitS: BOARD.waitS,
      authS: BOARD.authS,
      sessionS: BOARD.sessionS,
    };
    const opened = createSetup({ hal: hal, p: p, random: random, keystore: keystore, tries: tries, log: log }, config, {
      installed: function () {
        shutWindow("installed", LOG_INSTALLED);
        startTls();
      },
      exhausted: function () {
        shutWindow("too many failed tries");
      },
      busy: leds.busy,
      note: note,
    });
    try {
      server = createHttpServer(hal, flashed["port"] || 80, opened);
    } catch {
      opened.end();
      return note("window stays shut: no network");
    }
    setup = opened;
    windowTimer = hal.setTimeout(expire, BOARD.windowS * 1000);
    leds.window(true);
    log.append(LOG_OPENED);
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
      tries.reset();
      log.append(LOG_RESET);
      note("factory reset");
    },
  });
  if (BOARD.button) watchButton(hal, pinNamed(BOARD.button)!, BOARD.pressed, button);

  // ---- Noise, from boot on ----
  let wasReady = false;
  let lastStatus: string | undefined;
  function collect(): void {
    if (!server || !server.isBusy()) random.collect(COLLECT_SAMPLES); // or a request would wait for it, several times
    const status = random.status();
    if (status !== lastStatus) {
      lastStatus = status;
      if (status && random.culprit() >= 0) note("noise source " + records[random.culprit()].kind + ": " + status);
      if (status && setup) shutWindow(status);
      if (!status) note("ready");
      if (!status && !wasReady) {
        if (seeds.isUsedUp()) note("seed file used up: flash this board anew");
        wasReady = true;
        startTls();
      }
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

  // The one global. The console of a product build is locked (docs/SECURITY.md); who unlocks it is the owner.
  if (BOARD.build === "product") global["wib"] = { "status": statusText, "log": log.read };
  else
    global["wib"] = {
      "status": statusText,
      "log": log.read,
      // For boards and targets without a button.
      "press": function (ms: number): void {
        button.change(true);
        hal.setTimeout(function () {
          button.change(false);
        }, ms);
      },
      // Raw samples of one source in hex, for npm run record-entropy.
      "noise": function (source: number, count: number): string {
        const samples = new Uint8Array(count);
        inputs[source].source(); // a timer's first one spans the pause since the last call
        for (let i = 0; i < count; i++) samples[i] = inputs[source].source();
        return hex(hal, samples);
      },
    };
}

start();
