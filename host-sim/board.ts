// A simulated board: the shipped bundle in a context that has the engine's globals and nothing else, on simulated
// flash, pins, noise, clock and network. The bundle is taken as text and boots from Storage, as on a device.
import vm from "node:vm";
import type { BoardRecord } from "../boards/index.ts";
import { RealClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { createCryptoModule } from "./crypto-module.ts";
import { createFlashModule } from "./flash-module.ts";
import type { NorFlash } from "./flash.ts";
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

export interface BoardOptions {
  record: BoardRecord;
  flash: NorFlash;
  clock: Clock;
  network: Network;
  /** By the kind of source; uniform noise where nothing is given. */
  noise?: Partial<Record<string, NoiseModel>>;
  seed?: number;
  /** A line the firmware printed, or the engine's report of an uncaught error. */
  onConsole?: (line: string) => void;
  onLed?: (pin: string, on: boolean) => void;
  /** Seconds the watchdog waited in vain: the board restarts. */
  onWatchdog?: () => void;
}

/** What the engine was built with: PLATFORM section 1. */
const CRYPTO_MEMBERS = ["SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "AES"];

export class SimBoard {
  readonly pins: Pins;
  /** Since the last boot; counts the instructions of native code. */
  native: NativeCall | undefined;
  private readonly options: BoardOptions;
  private net: EngineNet | undefined;
  private tls: EngineTls | undefined;
  private context: vm.Context | undefined;
  private storage: ReturnType<typeof storageOf> | undefined;
  private waking = false;
  private password: string | undefined;
  private isLocked = false;

  constructor(options: BoardOptions) {
    this.options = options;
    this.pins = new Pins(options.clock, (pin, on) => options.onLed?.(pin, on));
  }

  /** Power on: the storage check, then .boot0 and .bootcde, as the engine does it. */
  boot(): void {
    this.powerOff();
    this.storage = storageOf(this.options.record, this.options.flash);
    const context = vm.createContext({});
    makeOdd(context);
    const realm = realmOf(context);
    this.context = context;
    this.net = createEngineNet(realm, this.options.network, (callback) => this.run(callback));
    this.tls = createEngineTls(realm, this.options.network, this.net);
    this.provideGlobals(context, realm);
    for (const file of [".boot0", ".bootcde"]) {
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

  /** Evaluates an expression on the console. @throws Error while it is locked: then all goes to the password prompt. */
  evaluate(expression: string): unknown {
    if (this.isLocked) throw new Error("host-sim: the console is locked");
    return vm.runInContext(expression, this.context!);
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
    const modules: Record<string, object> = {
      Storage: this.storage!,
      Flash: strict("Flash", {
        ...flashModule,
        read: (...a: [number, number]) => new realm.Uint8Array(flashModule.read(...a)!),
      }),
      net: this.net!.module,
      crypto: createCryptoModule(realm, CRYPTO_MEMBERS),
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
        native: (this.native = createNativeCall(realm, record)).members,
      }),
      process: {
        env: { BOARD: record.name.toUpperCase(), VERSION: "2v29.277", SERIAL: "simulated" },
        memory: () => strict("process.memory()", {}), // only ever called for its garbage collection
      },
      require: (name: string) => {
        if (modules[name]) return modules[name];
        throw new realm.Error(`Module ${name} not found`);
      },
      getTime: () => clock.now() + sensors.elapsed(),
      setTimeout: (callback: () => void, ms = 0) => timer(callback, ms, false),
      setInterval: (callback: () => void, ms = 0) => timer(callback, ms, true),
      clearTimeout: clear,
      clearInterval: clear,
      print: (...parts: unknown[]) => this.options.onConsole?.(parts.map(String).join(" ")),
      atob: (text: string) => Buffer.from(text, "base64").toString("latin1"),
      btoa: (text: string) => Buffer.from(text, "latin1").toString("base64"),
      ...sensors.globals,
      ...this.pins.globals(sensors),
    };
    for (const [name, value] of Object.entries(globals))
      Object.defineProperty(context, name, { value, writable: true });
    context.global = vm.runInContext("this", context);
  }
}
