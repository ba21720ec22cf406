// A simulated board: the shipped bundle in a context that has the engine's globals and nothing else, on simulated
// flash, pins, noise, clock and network. The bundle is taken as text and boots from Storage, as on a device.
import vm from "node:vm";
import type { BoardRecord } from "../boards/index.ts";
import { RealClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { createCryptoModule } from "./crypto-module.ts";
import { createFlashModule } from "./flash-module.ts";
import type { NorFlash } from "./flash.ts";
import { ReplaceableNetwork } from "./js-network.ts";
import { makeOdd } from "./language.ts";
import { createNativeCall } from "./native-call.ts";
import type { NativeCall } from "./native-call.ts";
import { binaryString, createE, realmOf } from "./natives.ts";
import type { Realm } from "./natives.ts";
import { createEngineNet } from "./net.ts";
import type { EngineNet } from "./net.ts";
import type { Network } from "./network.ts";
import { uniformNoise } from "./noise.ts";
import type { NoiseModel } from "./noise.ts";
import { Pins } from "./pins.ts";
import { storageOf } from "./prepare.ts";
import { createSensors } from "./sensors.ts";
import { strict } from "./strict.ts";
import { createEngineTls, hasEngineTls } from "./tls.ts";
import type { EngineTls } from "./tls.ts";
import { detokenise } from "./tokens.ts";
import { createWifi, createWiznet, hasRadio } from "./wifi.ts";
import type { Air, SimWifi } from "./wifi.ts";

export interface BoardOptions {
  record: BoardRecord;
  flash: NorFlash;
  clock: Clock;
  network: Network;
  /** By the kind of source; uniform noise where nothing is given. */
  noise?: Partial<Record<string, NoiseModel>>;
  seed?: number;
  /** What a board with Wi-Fi or Ethernet finds; nothing to join unless said. */
  air?: Air;
  /** The console over Bluetooth has been left on. */
  bluetooth?: boolean;
  /** A line the firmware printed, or the engine's report of an uncaught error. */
  onConsole?: (line: string) => void;
  onLed?: (pin: string, on: boolean) => void;
  /** Seconds the watchdog waited in vain: the board restarts. */
  onWatchdog?: () => void;
  /** What else process.env says, or says differently. */
  env?: Record<string, unknown>;
  /** Members of the console's own: globals, and members of E. They are there only on a board with a console (console.ts). */
  console?: { globals: Record<string, unknown>; E: Record<string, unknown> };
  /** The flash failed in the middle of a callback: the board is off from there on. Thrown unless this is given. */
  onPowerCut?: () => void;
}

const BOOT_FILES = [".boot0", ".boot1", ".boot2", ".boot3"];
/** process.env.SERIAL: a MAC address, or an STM32's number. */
const CHIP_IDS = { radio: "a4cf1258-3b7e", other: "2a003c00-0f513136-35373038" };
/** Nothing here is counted in variables. */
const MEMORY_FIGURES = ["usage", "total", "stackFree"];
/** What comes with each of a record's `crypto` (libs/crypto/jswrap_crypto.c). */
const CRYPTO_MEMBERS = { sha256: ["SHA224", "SHA256"], sha512: ["SHA384", "SHA512"], aes: ["AES"] };
/** How often a network made in JavaScript is asked. */
const DRIVER_MS = 5;

export class SimBoard {
  readonly pins: Pins;
  /** Since the last boot, on boards with Wi-Fi, and what address a board with Ethernet has taken. */
  wifi: SimWifi | undefined;
  mac: (() => string) | undefined;
  /** Since the last boot; counts the instructions of native code. */
  native: NativeCall | undefined;
  private readonly options: BoardOptions;
  private net: EngineNet | undefined;
  private tls: EngineTls | undefined;
  private network: ReplaceableNetwork | undefined;
  private context: vm.Context | undefined;
  private storage: ReturnType<typeof storageOf> | undefined;
  private waking = false;
  private polling: NodeJS.Timeout | undefined;
  private password: string | undefined;
  private isLocked = false;

  constructor(options: BoardOptions) {
    this.options = options;
    this.pins = new Pins(options.clock, (pin, on) => options.onLed?.(pin, on));
    const { button, pressed } = options.record.pins;
    if (button !== null) this.pins.drive(button, 1 - pressed);
  }

  /** Power on: the storage check, then .boot0 and .bootcde, as the engine does it. */
  boot(): void {
    this.powerOff();
    this.storage = storageOf(this.options.record, this.options.flash);
    this.start([...BOOT_FILES, this.readFile(".bootrst") === undefined ? ".bootcde" : ".bootrst"]);
  }

  /** The engine's reset() and load(): RAM is new, the code of `file` (reset: none) is run, and what runs at every start. */
  restart(file?: string): void {
    this.powerOff();
    this.start([...BOOT_FILES, ...(file === undefined ? [] : [file])]);
  }

  private start(files: string[]): void {
    const context = vm.createContext({});
    makeOdd(context);
    const realm = realmOf(context);
    this.context = context;
    const canListen = () => this.wifi?.canListen() ?? true;
    const network = (this.network = new ReplaceableNetwork(this.options.network));
    this.net = createEngineNet(
      realm,
      network,
      (callback) => this.run(callback),
      () => network.hasDriver() || canListen(),
    );
    this.tls = createEngineTls(realm, network, this.net);
    this.provideGlobals(context, realm);
    for (const file of files) {
      const code = this.readFile(file);
      if (code !== undefined) this.run(() => vm.runInContext(detokenise(code), context, { filename: file }));
    }
  }

  /** Everything in RAM is gone. */
  powerOff(): void {
    this.net?.reset();
    this.tls?.reset();
    this.options.clock.reset();
    this.pins.reset();
    this.net = this.tls = this.context = this.password = undefined;
    this.isLocked = false;
  }

  /** The engine's idle loop, until nothing is left to do. */
  idle(): void {
    while (this.net?.pass());
    // The engine asks its network all the time; here it is only asked when there may be an answer, but for a driver's.
    if (this.network?.hasDriver() && this.options.clock instanceof RealClock && !this.polling)
      this.polling = setTimeout(() => {
        this.polling = undefined;
        this.wake();
      }, DRIVER_MS).unref();
  }

  /** With a real clock: something happened, so the idle loop has to run soon. */
  wake(): void {
    if (this.waking) return;
    this.waking = true;
    setImmediate(() => {
      this.waking = false;
      this.idle();
    });
  }

  /** Types a line at the console's password prompt. @returns whether the console is open now. */
  unlock(line: string): boolean {
    if (line === this.password) this.isLocked = false;
    return !this.isLocked;
  }

  /** Does the console want a password? */
  locked(): boolean {
    return this.isLocked;
  }

  /** Evaluates an expression on the console. @throws Error while it is locked: then all goes to the password prompt. */
  evaluate(expression: string): unknown {
    if (this.isLocked) throw new Error("host-sim: the console is locked");
    return vm.runInContext(expression, this.context!);
  }

  /** Runs a line of the console; one that does not end is broken off. */
  evaluateLine(line: string, timeout: number): unknown {
    if (this.isLocked) throw new Error("host-sim: the console is locked");
    return vm.runInContext(line, this.context!, { filename: "REPL", timeout });
  }

  /** Sockets the engine holds open. */
  openSockets(): number {
    return this.net?.count() ?? 0;
  }

  /** Holds the button for a time; on a board without one, through the bench build's global. */
  press(ms: number): void {
    const { button, pressed } = this.options.record.pins;
    if (button === null) {
      this.run(() => this.evaluate(`wib.press(${ms})`));
      return;
    }
    this.pins.drive(button, pressed);
    this.options.clock.setTimer(() => this.pins.drive(button, 1 - pressed), ms, false);
  }

  private run(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      // The power went in the middle: nothing of this is the firmware's.
      if (this.options.flash.poweredOff && this.options.onPowerCut) return this.options.onPowerCut();
      if ((error as Error)?.constructor?.name === "PowerCut") throw error;
      this.options.onConsole?.(`Uncaught ${String((error as Error)?.stack ?? error)}`);
    }
    if (this.options.clock instanceof RealClock) this.wake();
  }

  private readFile(name: string): string | undefined {
    return this.storage!.read(name);
  }

  private noise(kind: string): NoiseModel {
    const models = (this.options.noise ??= {});
    return (models[kind] ??= uniformNoise((this.options.seed ?? 1) * 7919 + kind.length));
  }

  private provideGlobals(context: vm.Context, realm: Realm): void {
    const { record, flash, clock } = this.options;
    const flashModule = createFlashModule(flash);
    const air = (this.options.air ??= { networks: new Map() } as Air);
    const run = (callback: () => void) => this.run(callback);
    const { by } = record.network;
    this.wifi = by === "wifi" ? createWifi(realm, record, air, clock, run) : undefined;
    const wiznet = by === "wiznet" ? createWiznet(realm, record, air, clock, run) : undefined;
    this.mac = wiznet && (() => wiznet.mac);
    const modules: Record<string, object> = {
      ...(this.wifi && air.fault !== "absent" && { Wifi: this.wifi.module }),
      ...(wiznet && { WIZnet: wiznet.module }),
      Storage: this.storage!,
      Flash: strict("Flash", {
        ...flashModule,
        read: (...a: [number, number]) => new realm.Uint8Array(flashModule.read(...a)!),
      }),
      net: this.net!.module,
      NetworkJS: this.network!.module,
      ...(record.crypto.length && {
        crypto: createCryptoModule(realm, ["SHA1", ...record.crypto.flatMap((name) => CRYPTO_MEMBERS[name])]),
      }),
      ...(hasEngineTls(record.name) && { tls: this.tls!.module }),
    };
    const sensors = createSensors(record, (kind, bits) => this.noise(kind)(bits));
    const timer = (callback: () => void, ms: number, repeat: boolean) =>
      clock.setTimer(() => this.run(callback), ms, repeat);
    const clear = (id: unknown) => {
      // Without an argument the engine clears all timers; with undefined it throws.
      if (typeof id !== "number")
        throw new realm.Error("clearTimeout(undefined) not allowed. Use clearTimeout() instead");
      clock.clearTimer(id);
    };
    const globals: Record<string, unknown> = {
      E: createE(realm, {
        hwRand: () => 2002641757, // PLATFORM section 1: the same at every boot
        temperature: sensors.temperature,
        analogVRef: sensors.analogVRef,
        openFile: () => ({
          read: (bytes: number) => binaryString(Array.from({ length: bytes }, () => this.noise("os")(8))),
          close: () => {},
        }),
        watchdog: { enable: () => {}, kick: () => {} },
        console: {
          setPassword: (password) => void (this.password = password),
          lock: () => void (this.isLocked = this.password !== undefined),
        },
        native: { ...(this.native = createNativeCall(realm, record)).members, ...this.options.console?.E },
      }),
      process: {
        env: {
          ...{
            VERSION: "2v29.277",
            BOARD: record.reports ?? record.name.toUpperCase(),
            SERIAL: CHIP_IDS[hasRadio(record) ? "radio" : "other"],
          },
          ...{ STORAGE: record.storage.bytes, MODULES: Object.keys(modules).join(), EXPTR: 1, ...this.options.env },
        },
        memory: () => strict("process.memory()", {}, MEMORY_FIGURES),
      },
      require: (name: string) => {
        if (modules[name]) return modules[name];
        throw new realm.Error(`Module "${name}" not found`);
      },
      getTime: () => clock.now() + sensors.elapsed(),
      setTimeout: (callback: () => void, ms = 0) => timer(callback, ms, false),
      setInterval: (callback: () => void, ms = 0) => timer(callback, ms, true),
      clearTimeout: clear,
      clearInterval: clear,
      print: (...parts: unknown[]) => this.options.onConsole?.(parts.map(String).join(" ")),
      atob: (text: string) => Buffer.from(text, "base64").toString("latin1"),
      btoa: (text: string) => Buffer.from(text, "latin1").toString("base64"),
      ...this.options.console?.globals,
      ...sensors.globals,
      ...(record.network.pins && { [record.network.pins[0]]: { toString: () => record.network.pins![0] } }),
      ...(record.console.also.includes("ble-esp32") && {
        ESP32: strict("ESP32", { getState: () => strict("ESP32 state", { BLE: !!this.options.bluetooth }) }),
      }),
      ...this.pins.globals(sensors),
    };
    for (const [name, value] of Object.entries(globals))
      Object.defineProperty(context, name, { value, writable: true });
    context.global = vm.runInContext("this", context);
  }
}
