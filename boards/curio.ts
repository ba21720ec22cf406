// Espruino Curio, an ESP32-C3 of 400 kB.
// Numbers: Espruino 2v29, boards/CURIO.py, where nothing else is said.
import type { BoardRecord } from "./record.ts";

export const curio: BoardRecord = {
  name: "curio",
  title: "Espruino Curio",
  engine: "2v29", // the version that PLATFORM and all measurements are about
  clockMHz: 160, // 'speed' : 160
  console: { by: "usb", also: ["ble-esp32"] }, // ESPR_USE_USB_SERIAL_JTAG; 'libraries': BLUETOOTH, TELNET commented out
  // The MAC address's last two bytes (targets/esp32/jshardware.c), which number the chips of a batch
  network: { by: "wifi", idDigits: [9, 10, 11, 12] }, // 'libraries': ESP32, NET
  notes: [
    "E.hwRand() and the engine's TLS start from a constant at every boot; Wib seeds the latter before each connection.",
  ],
  pins: {
    button: "D9", // BTN1 'inverted', pulled up: 0 when pressed
    pressed: 0, // as said of it
    ready: "D8", // LED1 'inverted': lit by 0, and the ESP32 port ignores that
    busy: null,
    lit: 0, // as said of it
  },
  variables: 16383, // 'variables' : 16383, the most that there can be; at boot as many as the heap has room for (targets/esp32/main.c)
  // 'address' : 0x320000, 'page_size' : 4096, 'pages' : 224. Programmed once and zeroed once, which every SPI flash takes
  storage: { start: 0x320000, bytes: 917504, page: 4096, seedBytes: 16384, mapped: true },
  crypto: ["sha256", "sha512", "aes"], // 'libraries': CRYPTO, SHA256, SHA512, TLS, which brings AES
  tls: "engine-client", // no Thumb code: a handshake of our own would take minutes
  sources: [
    // ADC1_IN3, left open. 12 bits (PLATFORM section 6), the lowest 4. Claimed low: no recording yet (docs/ENTROPY.md section 2)
    { kind: "adc", from: "D3", bits: 4, claim: 0.25, scale: 4096 },
    // The chip's generator (PLATFORM section 1). It is fed by noise only while the radio is on, so the claim is low
    { kind: "register", from: "0x600260B0", bits: 4, claim: 0.25 },
  ],
  suites: ["cpace-x25519", "x25519"], // the others take longer than waitS in plain ES5
  maxKeyBytes: 6144, // a chain of RSA-2048 and its key
  windowS: 600, // two tries of waitS and what a person needs
  waitS: 120, // 5.9 billion instructions for cpace-x25519 (npm run bench) at 1.8 cycles each, and a third more
  authS: 60, // DESIGN 3.3 allows more than 30 to boards that are slow
  sessionS: 300, // the check of an RSA key in plain ES5, and what the network takes
  watchdogS: 60, // the task watchdog takes whole seconds, without a bound that matters here
  bundleBytes: 131072, // a seventh of Storage; what counts here is variables
};
