// Time as the engine sees it. A manual clock stands still until it is told to move, and runs due timers in order; a
// real clock follows the host's. Both hand out the engine's timer numbers and throw where the engine throws.

export interface Clock {
  /** Seconds since boot. */
  now(): number;
  setTimer(callback: () => void, ms: number, repeat: boolean): number;
  clearTimer(id: number): void;
  /** Forgets every timer: the power is gone. */
  reset(): void;
}

interface Timer {
  id: number;
  due: number;
  callback: () => void;
  repeat: number | undefined;
}

export class ManualClock implements Clock {
  private time = 0;
  private timers: Timer[] = [];
  private next = 1;

  /** Runs after every timer: what the engine's idle loop does between two events. */
  afterEach: () => void = () => {};

  now(): number {
    return this.time / 1000;
  }

  setTimer(callback: () => void, ms: number, repeat: boolean): number {
    const delay = Math.max(1, ms); // the engine's shortest
    const id = this.next++;
    this.timers.push({ id, due: this.time + delay, callback, repeat: repeat ? delay : undefined });
    return id;
  }

  clearTimer(id: number): void {
    this.timers = this.timers.filter((timer) => timer.id !== id);
  }

  reset(): void {
    this.timers = [];
  }

  /** Moves time, running what becomes due on the way. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const timer = this.timers.reduce<Timer | undefined>((a, b) => (!a || b.due < a.due ? b : a), undefined);
      if (!timer || timer.due > end) break;
      this.time = Math.max(this.time, timer.due);
      if (timer.repeat === undefined) this.clearTimer(timer.id);
      else timer.due += timer.repeat;
      timer.callback();
      this.afterEach();
    }
    this.time = end;
  }

  /** Adds time without running anything: what a long computation costs. */
  spend(ms: number): void {
    this.time += ms;
  }
}

/** @param speed how many seconds pass on the board while one passes here. */
export class RealClock implements Clock {
  private readonly start = performance.now();
  private readonly speed: number;
  private readonly timers = new Map<number, NodeJS.Timeout>();
  private next = 1;

  constructor(speed = 1) {
    this.speed = speed;
  }

  now(): number {
    // The engine's clock counts microseconds.
    return Math.floor((performance.now() - this.start) * this.speed * 1000) / 1e6;
  }

  setTimer(callback: () => void, ms: number, repeat: boolean): number {
    const id = this.next++;
    const run = () => {
      if (!repeat) this.timers.delete(id);
      callback();
    };
    const delay = Math.max(1, ms / this.speed);
    this.timers.set(id, repeat ? setInterval(run, delay) : setTimeout(run, delay));
    return id;
  }

  clearTimer(id: number): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
  }

  reset(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }
}
