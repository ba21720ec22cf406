// Types of what the engine offers, as far as the firmware uses it. Every property declared in the interfaces
// called Engine... is the engine's own name, and the bundle's mangling leaves those alone.

export type Bytes = Uint8Array;

/** A dot product with wrap-around, and the other native helpers of `E` (Espruino reference, class E). */
export interface EngineE {
  convolve(a: ArrayLike<number>, b: ArrayLike<number>, offset: number): number;
  mapInPlace(from: object, to: object, map?: object, bits?: number): void;
  toString(...parts: unknown[]): string;
  toUint8Array(...parts: unknown[]): Uint8Array;
  toArrayBuffer(text: string): ArrayBuffer;
  nativeCall(address: number, signature: string, code: string): (a: number, b: number, c: number, d: number) => number;
  /** 0 if the data of a typed array or string are not in one piece. */
  getAddressOf(data: object | string, isFlat: boolean): number;
  /** Puts memory in order: addresses change. */
  defrag(): void;
  getTemperature(): number;
  getAnalogVRef(): number;
  hwRand(): number;
  srand(seed: number): void;
  openFile(path: string, mode: string): EngineFile;
  on(event: string, callback: (data: unknown) => void): void;
  /** Does nothing where no password has been set. */
  lockConsole(): void;
  enableWatchdog(seconds: number, isAuto: boolean): void;
  kickWatchdog(): void;
}

export interface EngineFile {
  read(bytes: number): string;
  close(): void;
}

export interface EngineStorage {
  read(name: string, offset?: number, length?: number): string | undefined;
  write(name: string, data: unknown, offset?: number, size?: number): boolean;
  erase(name: string): void;
  getFree(): number;
}

export interface EngineFlash {
  read(length: number, address: number): Uint8Array;
  write(data: unknown, address: number): void;
}

/** A socket of the engine's `net`. `sckt` is absent once it has died; setting `clsNow` closes it at once. */
export interface EngineSocket {
  sckt?: number;
  clsNow?: boolean;
  on(event: "data", callback: (data: string) => void): void;
  on(event: "close" | "drain" | "end", callback: () => void): void;
  on(event: "error", callback: (error: unknown) => void): void;
  write(data: string): boolean;
  end(data?: string): void;
}

export interface EngineServer {
  listen(port: number): void;
  close(): void;
}

export interface EngineNet {
  createServer(callback: (socket: EngineSocket) => void): EngineServer;
}

export interface EngineTlsOptions {
  host: string;
  port: number;
  /** DER. */
  key: Bytes;
  cert: Bytes;
}

export interface EngineTls {
  connect(options: EngineTlsOptions, callback: (socket: EngineSocket) => void): EngineSocket;
}

export interface EngineWifiOptions {
  password?: string;
  authMode?: string;
}

/** What libs/network/jswrap_wifi.h and libs/js/espruino_wifi have in common. Errors are text; null is none. */
export interface EngineWifi {
  startAP(name: string, options: EngineWifiOptions, callback: (error: string | null) => void): void;
  stopAP(): void;
  connect(name: string, options: EngineWifiOptions, callback: (error: string | null) => void): void;
  disconnect(): void;
  on(event: "disconnected", callback: () => void): void;
}

export interface EngineEthernetOptions {
  mac: string;
}

export interface EngineEthernet {
  /** Without options an address comes by DHCP. */
  setIP(options?: EngineEthernetOptions, callback?: (error: string | null) => void): boolean;
}

export interface EngineWiznet {
  /** Waits for the cable. @returns undefined where there is no chip. */
  connect(spi: unknown, select: EnginePin): EngineEthernet | undefined;
}

export interface EngineEsp32State {
  /** Whether Bluetooth, and with it a console, comes up at boot. */
  BLE: boolean;
}

export interface EngineEsp32 {
  getState(): EngineEsp32State;
}

export interface EngineAesOptions {
  mode: string;
}

export interface EngineAes {
  encrypt(data: Bytes, key: Bytes, options: EngineAesOptions): ArrayBuffer;
}

export interface EngineCrypto {
  SHA256?(data: Bytes): ArrayBuffer;
  SHA512?(data: Bytes): ArrayBuffer;
  AES?: EngineAes;
}

export interface EngineWatchEvent {
  state: boolean;
  time: number;
}

export interface EngineWatchOptions {
  repeat: boolean;
  edge: string;
  debounce: number;
}

export interface EngineMemory {
  usage: number;
}

export type EnginePin = { engine: "pin" };

export interface EngineI2cOptions {
  scl: EnginePin;
  sda: EnginePin;
}

export interface EngineI2c {
  setup(options: EngineI2cOptions): void;
  readFrom(address: number, bytes: number): Uint8Array;
}

/** What hal.ts hands to everyone: the engine's globals and modules, so that no one else has to name them. */
export interface Hal {
  E: EngineE;
  storage: EngineStorage;
  flash: EngineFlash;
  net: EngineNet;
  /** Members are missing where the board has no such function. */
  crypto: EngineCrypto;
  /** @throws where the board has no TLS. */
  tls(): EngineTls;
  getTime(): number;
  setTimeout(callback: () => void, ms: number): number;
  clearTimeout(id: number): void;
  setInterval(callback: () => void, ms: number): number;
  clearInterval(id: number): void;
  setWatch(callback: (event: EngineWatchEvent) => void, pin: EnginePin, options: EngineWatchOptions): number;
  digitalRead(pin: EnginePin): number;
  digitalWrite(pin: EnginePin, level: number): void;
  analogRead(pin: EnginePin): number;
  peek32(address: number): number;
  poke32(address: number, value: number): void;
  /** A pin or a bus, by the engine's name of it. */
  named(name: string): unknown;
  atob(base64: string): string;
  btoa(bytes: string): string;
  print(...parts: unknown[]): void;
  /** The engine collects by itself only when it runs out, or sleeps. */
  collectGarbage(): void;
  /** Where the pool of variables grows, it does so for single ones only, never for a piece in one: to be done beforehand. */
  growMemory(): void;
}
