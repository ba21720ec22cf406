// The interpreter on a desktop, for tests and for writing clients. Not a product: no pins, no button.
import type { BoardRecord } from "./record.ts";

export const linux: BoardRecord = {
  name: "linux",
  title: "Espruino on Linux",
  engine: "2v29", // of every record: the version that PLATFORM and all measurements are about
  clockMHz: null,
  console: { by: "terminal", also: [] }, // TELNET is in LINUX.py, but only the flag --telnet starts it
  network: { by: "system" },
  notes: ["For tests and for writing clients. Not a product: no pins, no button, and its flash is a file."],
  crypto: ["sha256", "sha512", "aes"], // LINUX.py 'libraries'; TLS brings AES along (make/crypto/default.make)
  // No pins of a board: LINUX.py fakes D0 to D32
  pins: { button: null, pressed: 1, ready: null, busy: null },
  variables: null, // boards/LINUX.py: 'variables' : 0 means a pool that grows
  storage: { start: 0x10000000, bytes: 262144, page: 1024, bitwise: true, mapped: false }, // LINUX.py 'flash' : 256; FLASH_START in build_platform_config.py
  tls: "own-server",
  sources: [
    // The kernel's generator is not raw noise, so the health tests can only find it stuck. It is claimed low all the same.
    { kind: "os", from: "/dev/urandom", bits: 8, claim: 1 },
    // 1 us wall clock (PLATFORM section 6) from sample to sample; low 4 bits of the difference.
    { kind: "timer", bits: 4, claim: 0.25, scale: 1e6 },
  ],
  suites: ["cpace-x25519", "x25519", "p256", "ffdhe2048"],
  maxKeyBytes: 9984, // a pool that grows has room for the most that four digits can say, in whole blocks of AES
  windowS: 300, // DESIGN 3.3
  waitS: 60, // DESIGN 8, plain ES5
  authS: 30, // DESIGN 3.3
  sessionS: 90, // DESIGN 3.3
  watchdogS: 0, // jshEnableWatchDog of targets/linux is empty
  bundleBytes: 98304, // some of what LINUX.py has
};
