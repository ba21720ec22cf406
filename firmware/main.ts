// Wiring. From top to bottom: what the board is, randomness, flash, the setup window, the button, TLS.
import { createApp } from "./app.ts";
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
import type { EngineEsp32, EnginePin } from "./hal/engine.ts";
import { createHal, requireWifi, requireWiznet } from "./hal/hal.ts";
import { createPages } from "./http/pages.ts";
import { createHttpServer } from "./http/server.ts";
import type { HttpServer } from "./http/server.ts";
import { createButton, watchButton } from "./setup/button.ts";
import { createLeds } from "./setup/leds.ts";
import { createWifi } from "./net/wifi.ts";
import { createWiznet } from "./net/wiznet.ts";
import { createSetup } from "./setup/setup.ts";
import type { Setup } from "./setup/setup.ts";
import { createKeystore } from "./store/keystore.ts";
import { createSeedFile } from "./store/seed-file.ts";
import type { SeedArea } from "./store/seed-file.ts";
import { createSetupLog, LOG_INSTALLED, LOG_OPENED, LOG_RESET, LOG_SHUT } from "./store/setup-log.ts";
import { createTries } from "./store/tries.ts";
import { createEngineClient } from "./tls/engine-client.ts";
import type { EngineClient } from "./tls/engine-client.ts";
import { parseClientCas } from "./tls/client-ca.ts";
import { createIdentity, describeCertificate } from "./tls/identity.ts";
import { createTlsServer } from "./tls/server.ts";
import type { TlsServer } from "./tls/server.ts";

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
  lit: number;
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
  usesWifi: boolean;
  usesWiznet: boolean;
  /** There is a console over Bluetooth, which the flasher has to have switched off. */
  hasBle: boolean;
  /** As in the record's `network`. */
  idDigits: number[];
  netPins: string[];
  maxKeyBytes: number;
  suites: string;
  tls: string;
  windowS: number;
  waitS: number;
  authS: number;
  sessionS: number;
  watchdogS: number;
};

/** What the flasher wrote: the serial, and perhaps the password of the access point, a host name and ports for setup and TLS. */
interface Flashed {
  serial?: string;
  /** 8 to 63 characters; none: the access point is open (docs/SECURITY.md). */
  apPassword?: string;
  host?: string;
  port?: number;
  tlsPort?: number;
}

const COLLECT_SAMPLES = 32;
const COLLECT_STARTING_MS = 2;
const COLLECT_READY_MS = 500;
const EXPIRE_MS = 1000;
const WATCHDOG_KICK_MS = 2000;
const UPTIME_STEP_S = 5;

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

  // ---- The network ----
  /** Never from the serial, which is a secret. */
  function networkName(): string {
    let name = "wib-";
    for (let i = 0; i < BOARD.idDigits.length; i++) name += process.env["SERIAL"].charAt(BOARD.idDigits[i]);
    return name;
  }
  const network = BOARD.usesWifi
    ? createWifi(
        hal,
        requireWifi,
        networkName(),
        flashed["apPassword"] || "",
        function () {
          startTls();
        },
        note,
      )
    : BOARD.usesWiznet
      ? createWiznet(
          hal,
          requireWiznet,
          BOARD.netPins,
          process.env["SERIAL"],
          function () {
            startTls();
          },
          note,
        )
      : undefined;

  // ---- The setup window ----
  const leds = createLeds(hal, pinNamed(BOARD.ready), pinNamed(BOARD.busy), BOARD.lit);
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
    if (network) network.shut();
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
  let tls: TlsServer | undefined;
  let certificate = "";
  let uptime = 0; // getTime() is whatever somebody sets it to
  hal.setInterval(function () {
    uptime += UPTIME_STEP_S;
  }, UPTIME_STEP_S * 1000);

  function statusText(): string {
    return JSON.stringify({
      "firmware": BOARD.version,
      "board": BOARD.name,
      "build": BOARD.build,
      "window": !!setup,
      "entropy": random.status() || "ready",
      "installed": keystore.isInstalled(),
      "failedTries": tries.count(),
      "tls": tls ? "server" : client ? "client, which does not authenticate its server" : "none",
    });
  }

  /** The same with what is longer. */
  function wholeStatus(): string {
    const text = statusText();
    return text.substr(0, text.length - 1) + ',"uptime":' + uptime + certificate + ',"log":' + log.read() + "}";
  }

  function stopTls(): void {
    if (client) client.stop();
    if (tls) tls.close();
    client = tls = undefined;
    certificate = "";
  }

  function startTls(): void {
    if (BOARD.tls === "none") return; // the pair is in the keystore, for whoever adds what uses it
    stopTls();
    const pair = keystore.current();
    if (!pair) return;
    const settings = pair.settings ? JSON.parse(pair.settings) : {};
    certificate = describeCertificate(hal, p, pair.chain[0]);
    const clientCas = settings["clientCa"] ? parseClientCas(hal, settings["clientCa"]) : [];
    if (!clientCas) {
      pair.key.fill(0);
      return note("no TLS: the settings' clientCa is not all CAs with P-256 keys");
    }
    const identity = BOARD.tls === "own-server" ? createIdentity(p, pair) : undefined;
    // A server of our own takes every key that an install takes, except where RSA would be plain ES5.
    if ((BOARD.tls === "engine-client" || !THUMB.runs) && settings["server"] && !identity)
      client = createEngineClient(hal, hal.tls(), random, pair, settings["server"], statusText, note);
    else if (!identity) pair.key.fill(0);
    if (!identity) return;
    if (settings["server"]) note("no report: this device serves TLS itself");
    const application = createApp(hal, pinNamed(BOARD.button), pinNamed(BOARD.busy));
    const pages = createHttpServer(hal, 0, createPages(hal, wholeStatus, application));
    const parts = {
      hal: hal,
      p: p,
      random: random,
      identity: identity,
      clientCas: clientCas,
      ticketKey: random.read(32),
      uptime: function () {
        return uptime;
      },
    };
    try {
      tls = createTlsServer(parts, flashed["tlsPort"] || 443, pages);
    } catch {
      note("no TLS: no network");
    }
  }

  /** Joins the owner's network, where there is one to join, and then starts TLS. */
  function goOnline(): void {
    if (!network) return startTls();
    stopTls();
    const pair = keystore.current();
    if (pair) pair.key.fill(0);
    network.join(pair && pair.settings ? JSON.parse(pair.settings)["wifi"] : undefined);
  }

  let isOpening = false;
  function askForWindow(): void {
    if (serial.length !== 16) return note("no serial: flash this board anew");
    if (random.status()) return note("window stays shut: " + random.status());
    if (BOARD.build === "product") {
      if ((hal.storage.read(".boot0") || "").indexOf("lockConsole") < 0)
        return note("no console lock: flash this board anew");
      hal.E.lockConsole(); // its owner may have left it open
      if (BOARD.hasBle && (global["ESP32"] as EngineEsp32).getState().BLE)
        return note("window stays shut: Bluetooth is on: flash this board anew");
    }
    if (!network) return openWindow();
    isOpening = true;
    network.open(function (problem) {
      isOpening = false;
      if (!problem) openWindow();
      else note("window stays shut: " + problem);
      if (!setup) network.shut();
    });
  }

  function openWindow(): void {
    if (random.status()) return note("window stays shut: " + random.status()); // it took a while
    random.reseed();
    if (THUMB.runs) hal.E.defrag(); // the body's buffer and the machine's memory have to lie in one piece (docs/MEMORY.md)
    const config = {
      build: BOARD.build,
      serial: serial,
      host: flashed["host"] || "",
      maxKeyBytes: BOARD.maxKeyBytes,
      suites: BOARD.suites,
      hasCsr: BOARD.tls !== "engine-client", // which takes RSA keys only
      windowS: BOARD.windowS,
      waitS: BOARD.waitS,
      authS: BOARD.authS,
      sessionS: BOARD.sessionS,
    };
    const opened = createSetup({ hal: hal, p: p, random: random, keystore: keystore, tries: tries, log: log }, config, {
      installed: function () {
        shutWindow("installed", LOG_INSTALLED);
        goOnline();
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
      else if (!isOpening) askForWindow();
    },
    reset: function () {
      shutWindow("factory reset");
      stopTls();
      keystore.erase();
      tries.reset();
      log.append(LOG_RESET);
      if (network) network.join(undefined);
      note("factory reset");
    },
  });
  if (BOARD.button) watchButton(hal, pinNamed(BOARD.button)!, BOARD.pressed, button);

  // ---- Noise, from boot on ----
  let wasReady = false;
  let lastStatus: string | undefined;
  function collect(): void {
    if ((!server || !server.isBusy()) && (!tls || !tls.isBusy())) random.collect(COLLECT_SAMPLES); // or a request would wait for it, several times
    const status = random.status();
    if (status !== lastStatus) {
      lastStatus = status;
      if (status && random.culprit() >= 0) note("noise source " + records[random.culprit()].kind + ": " + status);
      if (status && setup) shutWindow(status);
      if (!status) note("ready");
      if (!status && !wasReady) {
        if (seeds.isUsedUp()) note("seed file used up: flash this board anew");
        wasReady = true;
        goOnline();
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
