// What a device does to its flash in one phase of its life, as a list of operations, and the flash as a power cut after
// any of them leaves it. The device runs once; every cut is the same list again, as far as the power lasts.
import { readFileSync } from "node:fs";
import { boardNamed } from "../../boards/index.ts";
import { createKeystore } from "../../firmware/store/keystore.ts";
import type { Pair } from "../../firmware/store/keystore.ts";
import { createSetupLog, LOG_INSTALLED, LOG_OPENED } from "../../firmware/store/setup-log.ts";
import { createTries } from "../../firmware/store/tries.ts";
import { NorFlash, PowerCut, seeded } from "../../host-sim/flash.ts";
import { preparedFlash } from "../../host-sim/prepare.ts";
import { cachedBundle } from "../../scripts/cached-bundle.ts";
import { hex, primitives } from "./hal.ts";
import { SERIAL, VirtualDevice, WRONG_SERIAL } from "./virtual-device.ts";
import { virtualHal } from "./virtual-hal.ts";

const vector = (name: string) => readFileSync(new URL(`../../docs/vectors/${name}`, import.meta.url), "latin1");
const PEM = vector("device.pem") + vector("device.key");
const der = (name: string) => Buffer.from(vector(name).replace(/-----[^-]+-----|\s/g, ""), "base64");
const OLD = { key: new Uint8Array(48).fill(0xa5), chain: [new Uint8Array(60).fill(0x30)], settings: "" };
const NEW = { key: new Uint8Array(der("device.key")), chain: [new Uint8Array(der("device.pem"))], settings: "" };
/** The private scalars that are in flash before and after. */
export const OLD_KEY = OLD.key;
export const NEW_KEY = NEW.key.subarray(7, 39);
export const TRIES_BEFORE = 3;

export const record = boardNamed("linux");

type Operation = (flash: NorFlash) => void;

/** Notes everything that changes it. */
class RecordingFlash extends NorFlash {
  readonly done: Operation[] = [];
  override program(addr: number, data: Uint8Array): void {
    const copy = data.slice();
    this.done.push((flash) => flash.program(addr, copy));
    super.program(addr, data);
  }
  override erasePage(addr: number): void {
    this.done.push((flash) => flash.erasePage(addr));
    super.erasePage(addr);
  }
}

export interface Phase {
  name: string;
  /** Bytes programmed and pages erased: there are as many cut points, and the end. */
  total: number;
  /** The flash after a cut behind this many operations; power is on again. */
  cut(after: number): NorFlash;
  /** The same by a device whose power really goes. */
  cutAlive(after: number): Promise<NorFlash>;
}

async function phaseOf(name: string, prepare: () => Promise<VirtualDevice>, act: (device: VirtualDevice) => void) {
  const device = await prepare();
  const recording = device.flash as RecordingFlash;
  const before = recording.snapshot();
  const from = recording.operations;
  recording.done.length = 0;
  act(device);
  const total = recording.operations - from;
  const until = (flash: NorFlash, after: number, run: () => void): NorFlash => {
    flash.cutAfter(after);
    try {
      run();
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
    }
    flash.powerOn();
    return flash;
  };
  const phase: Phase = {
    ...{ name, total },
    cut(after) {
      const flash = new NorFlash([record.storage], seeded(after));
      flash.restore(before);
      return until(flash, after, () => recording.done.forEach((operation) => operation(flash)));
    },
    async cutAlive(after) {
      const again = await prepare();
      return until(again.flash, after, () => act(again));
    },
  };
  return phase;
}

/** A device that has been used: failed tries, and an old pair unless it is new. Its window is open. */
async function usedDevice(hasPair: boolean, port?: number): Promise<VirtualDevice> {
  const flash = new RecordingFlash([record.storage], seeded(1));
  flash.restore(preparedFlash(record, await cachedBundle(record, "bench"), { serial: SERIAL, port }).snapshot());
  const { hal, area } = virtualHal(flash, record.storage);
  if (hasPair) createKeystore(hal, area, primitives).install({ ...OLD, key: OLD.key.slice() });
  const device = await VirtualDevice.create({ flash, port });
  device.openWindow();
  failTries(device, TRIES_BEFORE);
  return device;
}

function failTries(device: VirtualDevice, count: number): void {
  for (let i = 0; i < count; i++) device.agree().auth(WRONG_SERIAL);
}

/** Authenticated over plain X25519, and the new pair sent. */
export function setUp(device: VirtualDevice): void {
  const { status, code } = device.authenticated().key(PEM);
  if (status !== 204) throw new Error(`key: ${status} ${code}`);
  device.advance(100);
}

/** @param port of the setup server, for who boots the images on a real network. */
export function phases(port?: number): Promise<Phase[]> {
  const open = (hasPair: boolean) => () => usedDevice(hasPair, port);
  const shut = async () => {
    const device = await usedDevice(true, port);
    device.hold(3100);
    return device;
  };
  const fullLog = async () => {
    const device = await shut();
    const { hal, area } = virtualHal(device.flash, record.storage);
    const log = createSetupLog(hal, area, createTries(hal, area));
    log.append(LOG_INSTALLED);
    for (let i = 0; i < 60; i++) log.append(LOG_OPENED);
    device.boot();
    device.openWindow();
    return device;
  };
  const failing = (device: VirtualDevice): void => {
    device.openWindow();
    failTries(device, 2);
    device.hold(3100);
  };
  return Promise.all([
    phaseOf("install", open(false), setUp),
    phaseOf("re-install", open(true), setUp),
    phaseOf("factory reset", shut, (device) => device.hold(10500)),
    phaseOf("seed update", shut, (device) => device.boot()),
    phaseOf("log: window with two failed tries", shut, failing),
    phaseOf("log made anew, re-install", fullLog, setUp),
  ]);
}

/** What a boot of the firmware's store finds, from its sources. The flash is changed as by a boot. */
export interface Found {
  pair: "none" | "old" | "new" | "a mixture";
  tries: number;
  /** Numbers and events of the log. */
  log: [number, string][];
  bundle: string;
  settings: string;
}

export function found(flash: NorFlash): Found {
  const { hal, area } = virtualHal(flash, record.storage);
  const tries = createTries(hal, area);
  const log = JSON.parse(createSetupLog(hal, area, tries).read()) as [number, string][];
  const pair = createKeystore(hal, area, primitives).current();
  return {
    pair: kindOf(pair),
    tries: tries.count(),
    log: log.map(([number, event]) => [number, event]),
    bundle: hal.storage.read(".bootcde") ?? "",
    settings: hal.storage.read("wib.cfg") ?? "",
  };
}

function kindOf(pair: Pair | undefined): Found["pair"] {
  const text = (p: Pair) => [p.key, ...p.chain].map(hex).join(" ") + p.settings;
  return !pair ? "none" : text(pair) === text(OLD) ? "old" : text(pair) === text(NEW) ? "new" : "a mixture";
}
