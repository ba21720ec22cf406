// A WIZnet Ethernet chip by the engine's `WIZnet`, with an address by DHCP. It is connected at boot, before there is a
// watchdog: the engine's connect waits for the cable, however long that takes. The chip has no address of its own, and the
// engine gives all of them the same one, so it is made from the board's number.
import type { EngineEthernet, EnginePin, EngineWiznet, Hal } from "../hal/engine.ts";
import type { Net } from "./wifi.ts";

const ADDRESS_RETRY_MS = 60000;

/** 02: locally administered. */
function macOf(id: string): string {
  let mac = "02";
  const digits = id.replace("-", "");
  for (let i = 0; i < 10; i += 2) mac += ":" + digits.substr(i, 2);
  return mac;
}

/**
 * @param load requires the module, which throws where there is none.
 * @param pins SPI bus and chip select.
 * @param id the chip's number, in hex.
 * @param joined is called when there is an address for the first time.
 */
export function createWiznet(
  hal: Hal,
  load: () => EngineWiznet,
  pins: string[],
  id: string,
  joined: () => void,
  note: (text: string) => void,
): Net {
  let chip: EngineEthernet | undefined;
  let isJoined = false;

  /** @throws where there is no module or no chip. */
  function address(done: (problem: string) => void): void {
    if (isJoined) return done("");
    if (!chip) {
      chip = load().connect(hal.named(pins[0]), hal.named(pins[1]) as EnginePin);
      if (!chip) throw new Error("no Ethernet chip");
      chip.setIP({ mac: macOf(id) });
    }
    chip.setIP(undefined, function (error) {
      isJoined = !error;
      done(error || "");
    });
  }

  function open(done: (problem: string) => void): void {
    try {
      address(done);
    } catch (error) {
      done(String(error));
    }
  }

  function join(): void {
    open(function (problem) {
      if (!problem) return joined();
      note("no network: " + problem);
      hal.setTimeout(join, ADDRESS_RETRY_MS);
    });
  }

  open(function (problem) {
    if (problem) note("no network: " + problem);
  });
  return {
    open: open,
    shut: function () {},
    join: join,
  };
}
