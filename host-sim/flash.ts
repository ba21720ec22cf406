// The chip's NOR flash, below the engine's Storage (PLATFORM section 7): programming only clears bits, erasing sets a
// whole page to 0xFF. Addresses are the chip's own. All changes pass through `program` and `erasePage`, which count
// what they do and are where the power can fail. An address outside the regions throws: a real chip has its firmware
// there. Retention, read disturb and worn-out pages are not modelled; wear is only counted.

/** One area of flash with pages of one size. */
export interface Region {
  start: number;
  bytes: number;
  page: number;
  /** A program starts at, and is as long as, a multiple of this. 4 unless said: the engine's JSF_ALIGNMENT. */
  unit?: number;
  /** Bytes that the chip programs at once, so that a cut never parts them. 1, the hardest case, unless said. */
  atomic?: number;
}

/** Power failed during this operation, or has been off since an earlier one. */
export class PowerCut extends Error {
  constructor(during: string) {
    super(`host-sim: power cut during ${during}`);
    this.name = "PowerCut";
  }
}

interface Bank extends Required<Region> {
  memory: Uint8Array;
  erases: Uint32Array;
}

export function hex(addr: number): string {
  return `0x${addr.toString(16).padStart(8, "0")}`;
}

export class NorFlash {
  /** Bytes programmed and pages erased since this object was made; a cut byte or page does not count. */
  programmed = 0;
  erased = 0;
  readonly #banks: Bank[];
  readonly #random: () => number;
  #budget = Infinity;
  #off = false;

  /** @param random yields 0 <= x < 1 and makes the garbage of a page whose erase was cut. */
  constructor(regions: readonly Region[], random: () => number = seeded(1)) {
    this.#random = random;
    this.#banks = regions.map((region) => {
      const bank = { unit: 4, atomic: 1, ...region, memory: new Uint8Array(region.bytes).fill(0xff) };
      if (bank.bytes % bank.page || bank.page % bank.unit || bank.start % bank.unit || bank.unit % bank.atomic)
        throw new Error(`host-sim: flash region at ${hex(bank.start)} is not made of whole pages and units`);
      return { ...bank, erases: new Uint32Array(bank.bytes / bank.page) };
    });
  }

  get regions(): readonly Required<Region>[] {
    return this.#banks;
  }

  /** What `cutAfter` counts: bytes programmed and pages erased. */
  get operations(): number {
    return this.programmed + this.erased;
  }

  get poweredOff(): boolean {
    return this.#off;
  }

  /** The page holding `addr`, or undefined where there is no flash. */
  pageAt(addr: number): { addr: number; length: number } | undefined {
    const bank = this.#banks.find(({ start, bytes }) => addr >= start && addr < start + bytes);
    return bank && { addr: addr - ((addr - bank.start) % bank.page), length: bank.page };
  }

  /** A copy of `length` bytes. */
  read(addr: number, length: number): Uint8Array {
    this.#requirePower("a read");
    const { memory, start } = this.#bankAt(addr, length);
    return memory.slice(addr - start, addr - start + length);
  }

  isErased(addr: number, length: number): boolean {
    return this.read(addr, length).every((byte) => byte === 0xff);
  }

  /** Clears bits, first byte first. Address and length are multiples of the region's unit. */
  program(addr: number, data: Uint8Array): void {
    this.#requirePower("a program");
    const { memory, start, unit, atomic } = this.#bankAt(addr, data.length);
    if (addr % unit || data.length % unit)
      throw new Error(`host-sim: flash program of ${data.length} bytes at ${hex(addr)} is not aligned to ${unit}`);
    for (let i = 0; i < data.length; i += atomic) {
      if (!this.#spend(atomic)) this.#cut(`the program of ${hex(addr + i)}`);
      for (let j = i; j < i + atomic; j++) memory[addr - start + j] &= data[j];
      this.programmed += atomic;
    }
  }

  /** Programs any bytes anywhere as the engine does: units that are only partly covered are read, filled and programmed whole. */
  programAnywhere(addr: number, data: Uint8Array): void {
    const { unit } = this.#bankAt(addr, data.length);
    const before = addr % unit;
    const head = before ? Math.min(unit - before, data.length) : 0;
    const tail = (data.length - head) % unit;
    const body = data.length - head - tail;
    const patch = (at: number, offset: number, bytes: Uint8Array): void => {
      const whole = this.read(at, unit);
      whole.set(bytes, offset);
      this.program(at, whole);
    };
    if (head) patch(addr - before, before, data.subarray(0, head));
    if (body) this.program(addr + head, data.subarray(head, head + body));
    if (tail) patch(addr + head + body, 0, data.subarray(head + body));
  }

  /**
   * Erases the page holding `addr`. Cut, it leaves the first half erased and, in the second half, each byte with some
   * of its zero bits set already and some not.
   */
  erasePage(addr: number): void {
    this.#requirePower("an erase");
    const bank = this.#bankAt(addr, 1);
    const index = Math.floor((addr - bank.start) / bank.page);
    const page = bank.memory.subarray(index * bank.page, (index + 1) * bank.page);
    if (!this.#spend(1)) {
      for (let i = 0; i < page.length; i++) page[i] = i < page.length / 2 ? 0xff : page[i] | (this.#random() * 256);
      this.#cut(`the erase of page ${hex(bank.start + index * bank.page)}`);
    }
    page.fill(0xff);
    bank.erases[index]++;
    this.erased++;
  }

  /** Erases, in order, every page from the one holding `addr` up to `end`. */
  erasePages(addr: number, end: number): void {
    for (let page = this.pageAt(addr); page && page.addr < end; page = this.pageAt(page.addr + page.length))
      this.erasePage(page.addr);
  }

  /** Erases so far of the page holding `addr`. */
  wearAt(addr: number): number {
    const { start, page, erases } = this.#bankAt(addr, 1);
    return erases[Math.floor((addr - start) / page)];
  }

  /** Lets `count` more bytes be programmed or pages be erased; the next one fails, and all operations from there on. */
  cutAfter(count: number): void {
    this.#budget = count;
  }

  /** Power is back, and no cut is due. */
  powerOn(): void {
    this.#budget = Infinity;
    this.#off = false;
  }

  /** All regions one behind the other. A bench's view: works without power. */
  snapshot(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#banks.map(({ memory }) => memory)));
  }

  /** Puts a snapshot back; counts, wear and power stay as they are. */
  restore(image: Uint8Array): void {
    const total = this.#banks.reduce((sum, { bytes }) => sum + bytes, 0);
    if (image.length !== total) throw new Error(`host-sim: flash image of ${image.length} bytes, not ${total}`);
    let offset = 0;
    for (const { memory, bytes } of this.#banks) memory.set(image.subarray(offset, (offset += bytes)));
  }

  #bankAt(addr: number, length: number): Bank {
    const bank = this.#banks.find(({ start, bytes }) => addr >= start && addr + length <= start + bytes);
    if (!bank) throw new Error(`host-sim: ${length} bytes at ${hex(addr)} are outside the simulated flash`);
    return bank;
  }

  #requirePower(what: string): void {
    if (this.#off) throw new PowerCut(`${what}: it is still off`);
  }

  #spend(cost: number): boolean {
    if (this.#budget < cost) return false;
    this.#budget -= cost;
    return true;
  }

  #cut(during: string): never {
    this.#off = true;
    throw new PowerCut(during);
  }
}

/** mulberry32: small, and the same on every machine. For tests, never for keys. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
