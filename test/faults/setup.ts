// Faults in firmware/setup and its wiring: comparisons, counters, wipes, deadlines, and the order of the checks.
import type { Fault } from "../../scripts/fault-run.ts";

const SETUP = "firmware/setup/setup.ts";
const STATES = "firmware/setup/states.ts";
const HOSTS = "firmware/setup/hosts.ts";
const COOKIES = "firmware/setup/cookies.ts";
const SCHEDULE = "firmware/setup/schedule.ts";
const SETTINGS = "firmware/setup/settings.ts";
const KEY_BODY = "firmware/setup/key-body.ts";
const BUTTON = "firmware/setup/button.ts";
const LEDS = "firmware/setup/leds.ts";
const SUITES = "firmware/setup/suites.ts";
const SESSIONS = "firmware/setup/sessions.ts";
const REFUSALS = "firmware/setup/refusals.ts";
const SEALED = "firmware/setup/sealed.ts";
const DH_STEP = "firmware/setup/dh-step.ts";
const AUTH_STEP = "firmware/setup/auth-step.ts";
const CSR_STEP = "firmware/setup/csr-step.ts";
const KEY_STEP = "firmware/setup/key-step.ts";
const PREPARED = "firmware/setup/prepared.ts";
const MAIN = "firmware/main.ts";

const fault = (file: string, test: string, find: string, replace: string, why: string): Fault => ({
  ...{ file, find, replace, tests: [`firmware/setup/${test}`], why },
});

export const FAULTS: Fault[] = [
  // The serial, tries and seals
  fault(AUTH_STEP, "sessions", "const passed = !!text && good;", "const passed = !!text;", "any serial is right"),
  fault(AUTH_STEP, "auth-step", "const passed = !!text && good;", "const passed = good;", "a serial under a wrong tag"),
  fault(
    AUTH_STEP,
    "auth-step",
    "if (!text) aesCtrXor(p, session.keys!.encryption, P.STEP_AUTH, opened);",
    "",
    "time tells a wrong serial from a wrong tag",
  ),
  fault(
    SETUP,
    "order-of-checks",
    'event === S.EVENT_DH ? "GET, POST" : "POST"',
    '"GET, POST"',
    "GET is said to be allowed where it is not",
  ),
  fault(AUTH_STEP, "tries", "if (!w.parts.tries.spend()) return", "if (!w.parts.tries) return", "a try is not counted"),
  fault(
    AUTH_STEP,
    "tries",
    "failures >= P.TRIES_PER_WINDOW ? w.events.exhausted : undefined,",
    "failures > P.TRIES_PER_WINDOW ? w.events.exhausted : undefined,",
    "six wrong serials a window",
  ),
  fault(
    SETUP,
    "tries",
    "auth.failures() >= P.TRIES_PER_WINDOW ||",
    "auth.failures() > P.TRIES_PER_WINDOW ||",
    "tries while the fifth answer is not taken",
  ),
  fault(
    SETUP,
    "order-of-checks",
    "parts.tries.count() >= P.TRIES_IN_ALL",
    "parts.tries.count() > P.TRIES_IN_ALL",
    "a 51st try",
  ),
  fault(
    AUTH_STEP,
    "tries",
    "      failures++;\n      w.sessions.end(session);",
    "      failures++;",
    "a session has many tries",
  ),
  fault(SEALED, "sessions", ">= P.BAD_SEALS_PER_SESSION", "> P.BAD_SEALS_PER_SESSION", "nine bad seals"),
  fault(SEALED, "sessions", "++session.badSeals >=", "++session.badSeals + 1 >=", "seven bad seals"),
  fault(
    SEALED,
    "sessions",
    "length > P.TAG_BYTES ? openSealed",
    "length >= P.TAG_BYTES ? openSealed",
    "a sealed body of nothing",
  ),
  fault(AUTH_STEP, "sessions", "        w.parts.tries.clear();\n", "", "a right serial does not clear the count"),
  // A key of the device's own
  fault(CSR_STEP, "csr", "session.state = S.AWAIT_CHAIN;", "session.state = S.AWAIT_CSR_OR_KEY;", "a second csr"),
  fault(
    CSR_STEP,
    "csr",
    "pair.secret = pair.value = undefined; // the session's now, before anybody else can take it",
    "",
    "one key for two sessions",
  ),
  fault(CSR_STEP, "csr", '!name ? P.ERROR.malformedWishes : ""', '""', "any wishes"),
  fault(KEY_STEP, "csr", "if (session.csrKey) pair.key", "if (!session) pair.key", "no key is installed"),
  fault(PREPARED, "prepared", "      pair.job = undefined; //", "      //", "a dropped computation keeps its memory"),
  fault(PREPARED, "prepared", "if (job.wipe) job.wipe();", "", "a dropped computation leaves its secrets in memory"),
  fault(
    PREPARED,
    "prepared",
    "  wipe(pair.secret);\n  pair.secret = pair.value = undefined;",
    "",
    "a pair is used twice",
  ),
  // Sessions
  fault(
    SESSIONS,
    "sessions",
    "seconds() - sessions[i].made > P.COOKIE_LIFE_S",
    "seconds() - sessions[i].made >= 0",
    "a slot is free as soon as its session is dead",
  ),
  fault(
    SESSIONS,
    "sessions",
    "sessions.length === P.SESSION_SLOTS",
    "sessions.length > P.SESSION_SLOTS",
    "five sessions",
  ),
  fault(DH_STEP, "sessions", "if (isRunning) return", "if (!suites) return", "two key agreements at once"),
  fault(
    SETUP,
    "sessions",
    "const refused = unavailable(event) || (isGet ? undefined : outOfTurn(cookie, event));",
    "const refused = unavailable(event) || (isGet || event === S.EVENT_DH ? undefined : outOfTurn(cookie, event));",
    "a cookie opens two sessions",
  ),
  fault(
    SETUP,
    "tries",
    "const refused = unavailable(event) || (isGet ? undefined : outOfTurn(cookie, event));",
    "const refused = isGet ? undefined : outOfTurn(cookie, event);",
    "tries and randomness are not looked at again",
  ),
  fault(DH_STEP, "sessions", "w.sessions.setDeadline(session, w.config.authS);", "", "no deadline for auth"),
  fault(
    AUTH_STEP,
    "sessions",
    "setDeadline(session, w.config.sessionS);",
    "setDeadline(session, w.config.authS);",
    "30 s after auth",
  ),
  fault(
    AUTH_STEP,
    "sessions",
    "w.sessions.setDeadline(session, w.config.sessionS);",
    "",
    "the deadline of auth goes on",
  ),
  fault(SUITES, "suites", "const isOurs = same(own, peer);", "const isOurs = false;", "our own public key is taken"),
  fault(DH_STEP, "sessions", "if (!result) {", "if (!agreement) {", "an all-zero result is used"),
  fault(DH_STEP, "sessions", "if (!suite!.isUsable(peer))", "if (!suite)", "points off the curve"),
  // Order of checks
  fault(
    SETUP,
    "order-of-checks",
    "if (!isOriginAllowed(head)) return refusal(403, P.ERROR.originRefused);",
    "",
    "any origin",
  ),
  fault(
    SETUP,
    "order-of-checks",
    "if (random.status()) return refusal(503, random.status());",
    "",
    "a device without randomness answers",
  ),
  fault(
    SETUP,
    "order-of-checks",
    "if (head.length > cap) return",
    "if (head.length > cap + 1) return",
    "a body larger by one",
  ),
  fault(SETUP, "order-of-checks", "P.CSR_MAX_BYTES, config", "P.DH_MAX_BYTES, config", "a csr of 1024 bytes"),
  fault(SETUP, "order-of-checks", "if (!isType) return", "if (!type) return", "any media type"),
  fault(
    SETUP,
    "order-of-checks",
    "if (event === S.EVENT_AUTH && head.length !== P.AUTH_BYTES)",
    "if (event === S.EVENT_AUTH && head.length > P.AUTH_BYTES)",
    "a shorter auth",
  ),
  fault(KEY_STEP, "order-of-checks", "if (isTaken) return undefined;", "", "two bodies in one buffer"),
  fault(SETUP, "order-of-checks", "++gets > P.GETS_PER_SECOND", "++gets > 3", "three greetings a second"),
  fault(SETUP, "order-of-checks", "if (now !== getSecond) gets = 0;", "", "two greetings in all"),
  fault(
    REFUSALS,
    "order-of-checks",
    "if (r.status === 503) headers +=",
    "if (r.status === 500) headers +=",
    "no Retry-After",
  ),
  // Installing
  fault(SETUP, "install", "if (event === S.EVENT_KEY) key.release();", "", "a late body blocks the buffer for ever"),
  fault(
    SETUP,
    "install",
    "if (head.path === P.PATH_KEY) key.release();",
    "",
    "a body that is cut off blocks the buffer",
  ),
  fault(KEY_STEP, "install", "if (!text) return release();", "if (!text) return;", "a bad seal blocks the buffer"),
  fault(
    KEY_STEP,
    "install",
    "respond(exchange, response, w.events.installed);",
    "respond(exchange, response);",
    "the window stays open",
  ),
  fault(
    KEY_STEP,
    "sessions",
    "    w.sessions.end(session);\n    release();",
    "    release();",
    "a session goes on after a refused pair",
  ),
  fault(
    KEY_STEP,
    "sessions",
    "respond(exchange, proven(w, session, exchange, tag, response, code));",
    "respond(exchange, response);",
    "a refusal without a proof",
  ),
  fault(KEY_STEP, "sessions", "    if (code) return code;\n", "", "a pair that does not belong together"),
  fault(MAIN, "console", '"lockConsole") < 0)', '"lockConsole") < -1)', "a product build without a lock opens windows"),
  fault(MAIN, "console", "      hal.E.lockConsole(); // its owner may have left it open\n", "", "a console stays open"),
  fault(
    MAIN,
    "console",
    '{ "status": statusText, "log": log.read };',
    '{ "status": statusText };',
    "an owner has no log",
  ),
  // States, hosts, cookies
  fault(STATES, "states", "[409, 409, 0, 0], // AWAIT_CSR_OR_KEY", "[409, 0, 0, 0], // AWAIT_CSR_OR_KEY", "auth twice"),
  fault(STATES, "states", "[409, 0, 409, 409], // AWAIT_AUTH", "[409, 0, 409, 0], // AWAIT_AUTH", "a key without auth"),
  fault(
    STATES,
    "states",
    "[401, 401, 401, 401], // ENDED",
    "[0, 401, 401, 401], // ENDED",
    "a dead cookie opens a session",
  ),
  fault(HOSTS, "hosts", "name.length > 6 &&", "name.length > 5 &&", ".local itself"),
  fault(HOSTS, "hosts", "parseInt(parts[i], 10) > 255", "parseInt(parts[i], 10) > 256", "256 in an address"),
  fault(
    HOSTS,
    "hosts",
    "name === own ||",
    "(own && name.substr(name.length - own.length) === own) ||",
    "names that end in ours",
  ),
  fault(HOSTS, "hosts", '"http://" + head.host', '"http://" + head.host.split(":")[0]', "the port of an origin"),
  fault(HOSTS, "hosts", 'site === "none"', 'site === "none" || site === "same-site"', "a neighbour's page"),
  fault(HOSTS, "hosts", "/^\\[[0-9a-f:.]+\\]$/", "/^\\[[0-9a-f:.]+\\]/", "something behind an address"),
  fault(COOKIES, "cookies", "now - made > COOKIE_LIFE_S", "now - made >= COOKIE_LIFE_S", "a cookie lives 59 s"),
  fault(COOKIES, "cookies", "now - made > COOKIE_LIFE_S", "now - made > COOKIE_LIFE_S + 1", "a cookie lives 61 s"),
  fault(COOKIES, "cookies", "return bytes[16] ||", "return", "a time of more than 24 bits"),
  fault(COOKIES, "cookies", "made > now ||", "", "a cookie from the future"),
  fault(
    COOKIES,
    "cookies",
    "if (!equalCt(bytes.subarray(20, 36)",
    "if (!equalCt(bytes.subarray(20, 35)",
    "every cookie is forged",
  ),
  fault(COOKIES, "cookies", "if (found++)", "if (value)", "two cookies of which one is empty"),
  fault(COOKIES, "cookies", "const MAC_BYTES = 16;", "const MAC_BYTES = 15;", "a shorter MAC"),
  // Schedule
  fault(SCHEDULE, "schedule", "buffer[STEP_AT] = step;", "", "a body of another step"),
  fault(SCHEDULE, "schedule", "if (!good) return undefined;", "", "a wrong tag"),
  fault(SCHEDULE, "schedule", "buffer.set(keys.transcript, TRANSCRIPT_AT);", "", "a body of another session"),
  fault(
    SCHEDULE,
    "schedule",
    "aesCtrXor(p, keys.encryption, step, text);",
    "aesCtrXor(p, keys.encryption, 1, text);",
    "one key stream for all steps",
  ),
  fault(SCHEDULE, "schedule", "  wipe(okm, ikm);\n", "  wipe(okm);\n", "the shared secret is not wiped"),
  fault(SCHEDULE, "schedule", "  buffer.fill(0, 0, SEALED_AT);\n", "", "the MAC key stays in the buffer"),
  fault(SCHEDULE, "schedule", "lp(requestTag), lp(body)", "lp(body)", "a proof for any request"),
  fault(SCHEDULE, "schedule", "lp(requestTag), lp(body)", "lp(requestTag)", "a proof for any body"),
  fault(SCHEDULE, "schedule", "  wipe(keys.encryption, keys.transcript);\n", "", "the encryption key is not wiped"),
  // Pairs and settings
  fault(KEY_BODY, "key-body", "  wipe(text);\n", "", "the decrypted body stays"),
  fault(KEY_BODY, "key-body", "if (keyBlock) return ERROR.twoPrivateKeys;", "", "of two keys the last counts"),
  fault(KEY_BODY, "key-body", "if (keyBlock && ownPublic) return ERROR.keyNotWanted;", "", "a key beside a csr"),
  fault(
    KEY_BODY,
    "key-body",
    "if (list.length > MAX_CHAIN) return",
    "if (list.length > MAX_CHAIN + 1) return",
    "five certificates",
  ),
  fault(KEY_BODY, "key-body", "if (!check.passes()) code = stage.code;", "check.passes();", "any EC key"),
  fault(
    KEY_BODY,
    "key-body",
    "if (ownPublic && !same(hal, leaf.publicKey.value, ownPublic)) return ERROR.mismatch;",
    "",
    "a certificate for another csr",
  ),
  fault(KEY_BODY, "key-body", "!same(hal, numbers[0], value) || ", "", "any RSA key"),
  fault(
    KEY_BODY,
    "key-body",
    '(kind === "ec" ? takesEc : RSA.isTaken)',
    '(kind === "ec" ? true : RSA.isTaken)',
    "an EC pair on a board whose TLS takes RSA only",
  ),
  fault(
    KEY_BODY,
    "key-body",
    "if (CHAIN.isVerified && i) judgeLink",
    "if (CHAIN.isVerified && i > 1) judgeLink",
    "the device's own certificate may have a forged signature",
  ),
  fault(
    KEY_BODY,
    "key-body",
    "for (let i = 0; i < blocks.length; i++) wipe(blocks[i].bytes);",
    "",
    "a refused key stays in memory",
  ),
  fault(KEY_BODY, "key-body", "    if (check) check.wipe();\n", "", "a check that is given up leaves its numbers"),
  fault(
    KEY_BODY,
    "key-body",
    "if (!leaf) return ERROR.leafIsCa;",
    "if (!leaf) return ERROR.badChain;",
    "a CA for a leaf",
  ),
  fault(KEY_BODY, "key-body", "if (leaf) return ERROR.badChain;", "", "two certificates that are no CA"),
  fault(SETTINGS, "settings", 'isText(wifi["ssid"], 1, 32)', 'isText(wifi["ssid"], 0, 32)', "an empty ssid"),
  fault(SETTINGS, "settings", 'isText(wifi["psk"], 8, 63)', 'isText(wifi["psk"], 8, 64)', "a psk of 64"),
  fault(SETTINGS, "settings", "list.length === 1 ? list[0] : undefined", "list[0]", "two objects"),
  fault(SETTINGS, "settings", "port > 0 && port < 65536", "port < 65536", "port 0"),
  fault(SETTINGS, "settings", 'hasOnly(wifi, ["ssid", "psk"]) &&', "", "unknown members of wifi"),
  // Button, LEDs, suites, wiring
  fault(BUTTON, "button", "if (held >= RESET_S)", "if (held > RESET_S)", "exactly 10 s is no reset"),
  fault(BUTTON, "button", "else if (held >= HOLD_S)", "else if (held > HOLD_S)", "exactly 3 s is nothing"),
  fault(
    BUTTON,
    "button",
    "if (downAt === undefined) return;",
    "if (downAt === undefined) downAt = 0;",
    "a button that is down at boot",
  ),
  fault(BUTTON, "button", "hal.digitalRead(pin) === pressed", "hal.digitalRead(pin) === 1", "a button that pulls down"),
  fault(BUTTON, "button", "if (timer !== undefined) hal.clearTimeout(timer);", "", "thresholds after the release"),
  fault(LEDS, "leds", "if (!open) isBusy = false;", "", "busy in the next window"),
  fault(LEDS, "leds", "if (isOpen && timer === undefined)", "if (isOpen)", "blinking twice"),
  fault(SUITES, "sessions", "blocks && blocks.length === 1 ?", "blocks ?", "two public keys"),
  fault(SUITES, "sessions", "&& hal.E.toString(der.subarray(0, at)) === prefix", "", "any DER before the key"),
  fault(SUITES, "vectors", "result.subarray(0, group.ikmBytes)", "result", "x and y for x"),
  fault(MAIN, "tries", "      tries.reset();\n", "", "a factory reset leaves the tries"),
  fault(MAIN, "install", "      keystore.erase();\n", "", "a factory reset leaves the pair"),
  fault(MAIN, "window", "expire, BOARD.windowS * 1000", "expire, BOARD.windowS * 2000", "ten minutes"),
  fault(
    MAIN,
    "window",
    "      opened.end();\n      return note",
    "      setup = opened;\n      return note",
    "a window that does not listen",
  ),
];
