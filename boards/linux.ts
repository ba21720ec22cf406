// The interpreter on a desktop, for tests and for writing clients. Not a product: no pins, no button.
import type { BoardRecord } from "./record.ts";

export const linux: BoardRecord = {
  name: "linux",
  title: "Espruino on Linux",
  pins: { button: null, pressed: 1, ready: null, busy: null },
  variables: null, // boards/LINUX.py: 'variables' : 0 means a pool that grows
  storage: { start: 0x10000000, bytes: 262144, page: 1024, bitwise: true }, // LINUX.py 'flash' : 256; FLASH_START in build_platform_config.py
  tls: "own-server",
  sources: [
    // The kernel's generator is not raw noise, so the health tests can only find it stuck. It is claimed low all the same.
    { kind: "os", from: "/dev/urandom", bits: 8, claim: 1 },
    // 1 us wall clock (PLATFORM section 6) from sample to sample; low 4 bits of the difference.
    { kind: "timer", bits: 4, claim: 0.25, scale: 1e6 },
  ],
  suites: ["cpace-x25519", "x25519", "p256", "ffdhe2048"],
  maxKeyBytes: 9984,
  windowS: 300,
  waitS: 60,
  authS: 30,
  sessionS: 90,
  watchdogS: 0,
  bundleBytes: 65536,
};
