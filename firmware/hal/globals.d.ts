// The engine's globals. Only the firmware's own tsconfig sees this file, and only hal.ts, main.ts and probe.ts may use them.

declare const E: import("./engine.ts").EngineE;
declare const process: {
  env: { BOARD: string; VERSION: string; SERIAL: string };
  memory(collects?: boolean): import("./engine.ts").EngineMemory;
};
declare const global: { [name: string]: unknown };

declare function require(name: "Storage"): import("./engine.ts").EngineStorage;
declare function require(name: "Flash"): import("./engine.ts").EngineFlash;
declare function require(name: "net"): import("./engine.ts").EngineNet;
declare function require(name: "tls"): import("./engine.ts").EngineTls;
declare function require(name: "Wifi"): import("./engine.ts").EngineWifi;
declare function require(name: "WIZnet"): import("./engine.ts").EngineWiznet;
declare function require(name: "crypto"): import("./engine.ts").EngineCrypto;

declare function getTime(): number;
declare function setTimeout(callback: () => void, ms: number): number;
declare function clearTimeout(id: number): void;
declare function setInterval(callback: () => void, ms: number): number;
declare function clearInterval(id: number): void;
declare function setWatch(
  callback: (event: import("./engine.ts").EngineWatchEvent) => void,
  pin: import("./engine.ts").EnginePin,
  options: import("./engine.ts").EngineWatchOptions,
): number;
declare function digitalRead(pin: import("./engine.ts").EnginePin): number;
declare function digitalWrite(pin: import("./engine.ts").EnginePin, level: number): void;
declare function analogRead(pin: import("./engine.ts").EnginePin): number;
declare function peek32(address: number): number;
declare function poke32(address: number, value: number): void;
declare function atob(base64: string): string;
declare function btoa(bytes: string): string;
declare function print(...parts: unknown[]): void;
