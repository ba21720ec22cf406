// ESP32, the stock build on IDF 3.
// Numbers: Espruino 2v29, boards/ESP32.py, where nothing else is said.
import type { BoardRecord } from "./record.ts";

export const esp32: BoardRecord = {
  name: "esp32",
  title: "ESP32",
  engine: "2v29", // the version that PLATFORM and all measurements are about
  clockMHz: 240, // 'speed' : 240
  console: { by: "serial", baud: 115200, also: ["telnet", "ble-esp32"] }, // EV_SERIAL1 at 115200, behind the board's USB adapter; 'libraries': TELNET, BLUETOOTH
  // The MAC address's last two bytes (targets/esp32/jshardware.c), which number the chips of a batch
  network: { by: "wifi", idDigits: [9, 10, 11, 12] }, // 'libraries': ESP32, NET
  notes: [
    "E.hwRand() and the engine's TLS start from a constant at every boot; Wib seeds the latter before each connection.",
  ],
  pins: {
    button: "D0", // BTN1; NEGATED, so the engine says 1 when pressed
    pressed: 1, // as said of it
    ready: "D2", // LED1
    busy: null,
  },
  variables: 16383, // 'variables' : 16383, the most that there can be; at boot as many as the heap has room for (targets/esp32/main.c)
  // 'address' : 0x320000, 'page_size' : 4096, 'pages' : 224. Programmed once and zeroed once, which every SPI flash takes
  storage: { start: 0x320000, bytes: 917504, page: 4096, seedBytes: 16384, mapped: true },
  crypto: ["sha256", "sha512", "aes"], // 'libraries': CRYPTO, SHA256, SHA512, TLS, which brings AES
  tls: "engine-client", // no Thumb code: a handshake of our own would take minutes
  sources: [
    // ADC1_IN0, left open. 12 bits (PLATFORM section 6), the lowest 4. Claimed low: no recording yet (docs/ENTROPY.md section 2)
    { kind: "adc", from: "D36", bits: 4, claim: 0.25, scale: 4096 },
    // The chip's generator (PLATFORM section 1). It is fed by noise only while the radio is on, so the claim is low
    { kind: "register", from: "0x3FF75144", bits: 4, claim: 0.25 },
  ],
  suites: ["cpace-x25519", "x25519"], // the others take longer than waitS in plain ES5
  maxKeyBytes: 6144, // a chain of RSA-2048 and its key
  windowS: 600, // two tries of waitS and what a person needs
  waitS: 90, // 5.9 billion instructions for cpace-x25519 (npm run bench) at 1.8 cycles each, and a third more
  authS: 60, // DESIGN 3.3 allows more than 30 to boards that are slow
  sessionS: 300, // the check of an RSA key in plain ES5, and what the network takes
  watchdogS: 60, // the task watchdog takes whole seconds, without a bound that matters here
  bundleBytes: 131072, // a seventh of Storage; what counts here is variables
};
