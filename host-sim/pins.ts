// GPIO: pins as opaque objects under the engine's names, a button that can be driven from outside, LEDs that can be
// watched, and setWatch with the engine's debounce.
import type { Clock } from "./clock.ts";
import type { Sensors } from "./sensors.ts";

type WatchOptions = { repeat?: boolean; edge?: string; debounce?: number };
type WatchCallback = (event: { state: boolean; time: number; lastTime?: number; pin: object }) => void;

interface Watch {
  pin: string;
  callback: WatchCallback;
  options: WatchOptions;
  timer?: number;
  lastTime?: number;
}

const NAMES = Array.from({ length: 49 }, (_, i) => `D${i}`).concat(
  ...["A", "B", "C", "H"].map((port) => Array.from({ length: 16 }, (_, i) => `${port}${i}`)),
);

export class Pins {
  private readonly levels = new Map<string, number>();
  private readonly objects = new Map<string, object>();
  private watches = new Map<number, Watch>();
  private next = 1;
  private readonly clock: Clock;
  private readonly onLed: (pin: string, on: boolean) => void;

  constructor(clock: Clock, onLed: (pin: string, on: boolean) => void) {
    this.clock = clock;
    this.onLed = onLed;
    for (const name of NAMES) this.objects.set(name, { toString: () => name });
  }

  level(name: string): number {
    return this.levels.get(name) ?? 0;
  }

  /** Forgets the watches and switches everything off: the power is gone. Levels driven from outside stay. */
  reset(): void {
    this.watches = new Map();
  }

  /** Drives a pin from outside. */
  drive(name: string, level: number): void {
    if (this.level(name) === level) return;
    this.levels.set(name, level);
    for (const [id, watch] of this.watches) if (watch.pin === name) this.trigger(id, watch, level);
  }

  private trigger(id: number, watch: Watch, level: number): void {
    const { edge = "rising", debounce = 25, repeat = false } = watch.options;
    const time = this.clock.now();
    const fire = () => {
      watch.timer = undefined;
      if (this.level(watch.pin) !== level || (edge !== "both" && (edge === "rising") !== (level === 1))) return;
      if (!repeat) this.watches.delete(id);
      const event = { state: level === 1, time, lastTime: watch.lastTime, pin: this.objects.get(watch.pin)! };
      watch.lastTime = time;
      watch.callback(event);
    };
    // Within the debounce time a further change starts the wait anew: bounces vanish.
    if (watch.timer !== undefined) this.clock.clearTimer(watch.timer);
    if (debounce > 0) watch.timer = this.clock.setTimer(fire, debounce, false);
    else fire();
  }

  /** @param sensors what is wired to pins that noise is read from. */
  globals(sensors: Pick<Sensors, "analog" | "digital">): Record<string, unknown> {
    const nameOf = (pin: unknown) => String(pin);
    return {
      ...Object.fromEntries(this.objects),
      digitalRead: (pin: object) => sensors.digital(nameOf(pin)) ?? this.level(nameOf(pin)),
      digitalWrite: (pin: object, level: number) => {
        this.levels.set(nameOf(pin), level ? 1 : 0);
        this.onLed(nameOf(pin), !!level);
      },
      analogRead: (pin: object) => sensors.analog(nameOf(pin)) ?? NaN,
      setWatch: (callback: WatchCallback, pin: object, options: WatchOptions = {}) => {
        const id = this.next++;
        this.watches.set(id, { pin: nameOf(pin), callback, options });
        return id;
      },
    };
  }
}
