// Objects that throw at what they have not: a member the simulator does not model is never silently absent.

/** @param optional names that are absent on purpose, like the hashes a board was built without. */
export function strict<T extends object>(name: string, members: T, optional: readonly string[] = []): T {
  return new Proxy(members, {
    get(target, key) {
      if (typeof key === "symbol" || key in target || optional.includes(key)) return Reflect.get(target, key);
      throw notModelled(`${name}.${key}`);
    },
  });
}

export function notModelled(what: string): Error {
  return new Error(`host-sim: ${what} is not modelled`);
}
