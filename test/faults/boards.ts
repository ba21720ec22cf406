// Faults in board records, in what puts them into a bundle, and in how a device gets on the network.
import type { Fault } from "../../scripts/fault-run.ts";

const WIFI = "firmware/net/wifi.ts";
const WIZNET = "firmware/net/wiznet.ts";
const MAIN = "firmware/main.ts";
const INDEX = "boards/index.ts";
const BUNDLE = "scripts/bundle.ts";
const ON_AIR = ["firmware/net/wifi"];
const ETHERNET = ["firmware/net/wiznet"];
const BOARDS = ["boards/setup"];
const RECORDS = ["boards/records"];

const fault = (file: string, tests: string[], find: string, replace: string, why: string): Fault => ({
  ...{ file, find, replace, tests, why },
});

export const FAULTS: Fault[] = [
  fault(WIFI, ON_AIR, "if (password) options.password = password;", "", "the access point has no password"),
  fault(WIFI, ON_AIR, 'password ? "wpa2" : "open"', '"open"', "the access point is open although it has a password"),
  fault(WIFI, ON_AIR, "later(connect, SHUT_DELAY_MS);", "", "after the window nothing is joined"),
  fault(WIFI, ON_AIR, "wifi().stopAP();", "", "the access point stays"),
  fault(WIFI, ON_AIR, 'if (isJoined) lost("lost");', "", "a network that is lost stays so"),
  fault(WIFI, ON_AIR, "if (error) return lost(error);", "if (error) return;", "a network that is not there: silence"),
  fault(
    WIFI,
    ON_AIR,
    'if (target["psk"]) options',
    'if (target["pks"]) options',
    "the network's password is not given",
  ),
  fault(WIFI, ON_AIR, 'answer("no answer");', "", "an access point that never comes up blocks the button for good"),
  fault(WIFI, ON_AIR, "answer(String(error));", "throw error;", "a password that is too short: no word of it"),
  fault(WIFI, ON_AIR, "wifi().disconnect();", "", "a factory reset stays on the owner's network"),
  fault(
    WIFI,
    ON_AIR,
    "isOpen = false;\n      isJoined",
    "isJoined",
    "after a window the network is never joined again",
  ),
  fault(WIZNET, ETHERNET, "chip.setIP({ mac: macOf(id) });", "", "all boards have one address"),
  fault(WIZNET, ETHERNET, 'let mac = "02";', 'let mac = "03";', "an address that is a group's"),
  fault(WIZNET, ETHERNET, "isJoined = !error;", "isJoined = true;", "without an address a window opens"),
  fault(
    WIZNET,
    ETHERNET,
    'if (!chip) throw new Error("no Ethernet chip");',
    "if (!chip) return;",
    "no chip, and no word",
  ),
  fault(MAIN, ON_AIR, 'let name = "wib-";', 'let name = "wib-" + serial.substr(0, 4);', "the serial is on the air"),
  fault(
    MAIN,
    ON_AIR,
    "else if (!isOpening) askForWindow();",
    "else askForWindow();",
    "each hold asks for the access point",
  ),
  fault(MAIN, ON_AIR, "if (network) network.shut();", "", "a window that is shut leaves its access point"),
  fault(
    MAIN,
    ON_AIR,
    "if (!setup) network.shut();",
    "",
    "a window that could not open leaves the device off the network",
  ),
  fault(MAIN, ON_AIR, 'shutWindow("installed", LOG_INSTALLED);\n        goOnline();', 'shutWindow("installed", LOG_INSTALLED);\n        startTls();', "the new network is joined after a restart only"), // prettier-ignore
  fault(MAIN, ON_AIR, "if (network) network.join(undefined);", "", "a factory reset keeps on joining"),
  fault(MAIN, ON_AIR, "BOARD.hasBle &&", "!BOARD.hasBle &&", "a window beside a console over Bluetooth"),
  fault(MAIN, BOARDS, 'hasCsr: BOARD.tls !== "engine-client"', "hasCsr: true", "a CSR for a key that the engine's TLS cannot use"), // prettier-ignore
  fault(
    BUNDLE,
    ETHERNET,
    'usesWiznet: network.by === "wiznet"',
    "usesWiznet: false",
    "an Ethernet board without Ethernet",
  ),
  fault(BUNDLE, ON_AIR, 'hasBle: reached.also.includes("ble-esp32")', "hasBle: false", "Bluetooth is not looked at"),
  fault(
    BUNDLE,
    BOARDS,
    "!board.crypto.includes(name)",
    "board.crypto.includes(name)",
    "the wrong hashes are in the bundle",
  ),
  fault(INDEX, RECORDS, "if (refused) throw", "if (!refused) throw", "refused boards are let through"),
  fault(INDEX, RECORDS, "name.toLowerCase()", "name", "names in capitals are not known"),
  fault(
    "boards/refused.ts",
    RECORDS,
    'name: "rp2040_pico"',
    'name: "rp2040_pica"',
    "a board is refused without its reason",
  ),
  fault("boards/esp32.ts", RECORDS, 'from: "D36"', 'from: "D26"', "noise from a pin that has no converter"),
  fault("boards/espruinowifi.ts", RECORDS, 'from: "A5"', 'from: "A2"', "noise from a pin of the Wi-Fi module"),
  fault("boards/pico-r1-3.ts", RECORDS, "bundleBytes: 42200", "bundleBytes: 43200", "no room for a second pair"),
  fault("boards/curio.ts", RECORDS, "pressed: 0", "pressed: 1", "a button that is held when it is not"),
  fault("boards/nucleof411re.ts", RECORDS, "claim: 0.25", "claim: 0.5", "a claim without a recording"),
];
