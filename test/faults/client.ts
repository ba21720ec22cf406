// Faults in client/: what an owner's tool gets wrong when it believes too much, shows too much, or asks for too little.
import type { Fault } from "../../scripts/fault-run.ts";

const fault =
  (file: string) =>
  (test: string, find: string, replace: string, why: string): Fault => ({
    ...{ file: `client/${file}`, find, replace, tests: [`test/client/${test}.test`], why },
  });

const provision = fault("provision.ts");
const schedule = fault("schedule.ts");
const greeting = fault("greeting.ts");
const http = fault("http.ts");
const refused = fault("refused.ts");
const hints = fault("hints.ts");
const pem = fault("pem.ts");
const csr = fault("csr.ts");
const certifier = fault("certifier.ts");
const ca = fault("ca.ts");
const caFolder = fault("ca-folder.ts");
const est = fault("est.ts");
const keyText = fault("key-text.ts");
const serial = fault("serial.ts");
const suites = fault("suites.ts");
const cpace = fault("cpace.ts");
const ffdhe = fault("ffdhe2048.ts");
const inspect = fault("inspect.ts");
const validity = fault("validity.ts");
const status = fault("status.ts");
const prompt = fault("prompt.ts");
const boot0 = fault("boot0.ts");
const reports = fault("report-server.ts");
const commandLine = fault("commands/provision.ts");
const caCommand = fault("commands/ca.ts");
const inspectCommand = fault("commands/inspect.ts");
const conformanceDevice = fault("conformance/device.ts");
const install = fault("conformance/install.ts");
const judge = fault("conformance/judge.ts");
const mostCommonValue = fault("assessment/most-common-value.ts");
const verdict = fault("assessment/verdict.ts");
const tuples = fault("assessment/tuples.ts");

const OWN_CLIENT = "conformance/own-client";

export const FAULTS: Fault[] = [
  // What is believed of an answer
  provision(OWN_CLIENT, " || !equalBytes(hexToBytes(proof), expected)", "", "any 64 bytes are a proof"),
  provision(OWN_CLIENT, "/^[0-9a-f]{128}$/.test(proof)", "/^[0-9a-f]{128}$/i.test(proof)", "a proof in upper case"),
  provision(
    OWN_CLIENT,
    "if ([401, 429, 503].includes(answer.status)) throw",
    "if (answer.status >= 400) throw",
    "a forged 400 is told as the device's reason",
  ),
  provision(
    OWN_CLIENT,
    "if (proof === undefined) {",
    "if (proof === undefined && answer.status < 300) return answer;\n  if (proof === undefined) {",
    "a 204 without a proof is believed, and the private key sent",
  ),
  provision(OWN_CLIENT, "if (offered.includes(name)) return;", "if (offered.length) return;", "a suite nobody offered"),
  provision(
    OWN_CLIENT,
    "&& !options.allowBench)",
    "&& options.allowBench === false)",
    "a bench build is set up unasked",
  ),
  provision(
    OWN_CLIENT,
    '  if (answer.headers["content-type"] !== exchange.type)\n    throw notADevice("the key agreement\'s answer has the wrong type");\n',
    "",
    "a key agreement's answer of any type",
  ),
  provision(
    "provision-csr",
    'if (answer.status !== 200 || answer.headers["content-type"] !== TYPE_PEM)',
    "if (answer.status !== 200)",
    "a request of any type",
  ),
  provision(
    "provision-csr",
    'if (answer.status !== 200 || answer.headers["content-type"] !== TYPE_PEM)',
    'if (answer.headers["content-type"] !== TYPE_PEM && answer.body.length)',
    "a request with any status",
  ),
  provision("provision-csr", "number: STEP_CSR,", "number: STEP_KEY,", "two texts under one key stream"),
  provision("provision-csr", 'chain.text + (settings ?? "")', "chain.text", "the settings are lost"),
  provision(
    "provision-csr",
    "  checkSize(text, offer);\n  progress(",
    "  progress(",
    "a body that the device cannot take",
  ),
  provision("provision", "text.length + TAG_BYTES <= offer.maxBytes", "text.length <= offer.maxBytes", "64 bytes more"),
  provision(
    "provision-csr",
    '  if ("csr" in options) checkName(options.csr.name);\n',
    "",
    "a name that is none costs a device's session",
  ),
  provision("provision", 'if (url.protocol !== "http:")', 'if (url.protocol === "https:")', "ftp is spoken in HTTP"),
  provision("provision", "url.username || url.password)", "url.username)", "a password in an address"),

  provision(
    "provision-csr",
    "keys, auth)).status !== 204)",
    "keys, auth)).status >= 400)",
    "another answer to the serial passes for a 204",
  ),
  provision(
    "provision-csr",
    "keys, install)).status !== 204)",
    "keys, install)).status >= 400)",
    "another answer to the certificate passes for a 204",
  ),
  provision(
    "provision-csr",
    "if (answer.status >= 400 && !isCode(code))",
    "if (answer.status >= 600 && !isCode(code))",
    "a code that is none is shown",
  ),
  provision("provision", "    wipeKeys(keys);\n", "", "the keys stay in memory"),
  provision("provision", "    serial.fill(0);\n", "", "the serial stays in memory"),
  provision("provision", "    exchange.wipe();\n", "", "the secret of an exchange that came to nothing stays"),

  // The key schedule
  schedule("schedule", "counter[0] = step;", "counter[0] = 1;", "one key stream for all steps"),
  schedule(
    "schedule",
    "concatBytes(Uint8Array.of(step), keys.transcript, ct)",
    "concatBytes(keys.transcript, ct)",
    "a body of one step passes for another's",
  ),
  schedule(
    "schedule",
    "concatBytes(Uint8Array.of(step), keys.transcript, ct)",
    "concatBytes(Uint8Array.of(step), keys.transcript, plaintext)",
    "the plaintext is authenticated in place of what is sent",
  ),
  schedule(
    "schedule",
    "t.salt, t.offered, t.cookie,",
    "t.salt, t.cookie,",
    "suites taken out of the greeting go unnoticed",
  ),
  schedule("schedule", "r.requestTag, r.body]", "r.body]", "a proof of another request's answer"),
  schedule("schedule", "setUint32(0, bytes.length)", "setUint32(0, bytes.length, true)", "lengths are little-endian"),
  schedule("schedule", "  ikm.fill(0);\n", "", "the shared secret stays in memory"),
  schedule(
    "schedule",
    "[keys.encryption, keys.client, keys.device]) part",
    "[keys.encryption]) part",
    "MAC keys stay in memory",
  ),

  // The greeting
  greeting(OWN_CLIENT, "json?.v !== 1", "Number(json?.v) !== 1", 'version "1"'),
  greeting(OWN_CLIENT, "    !/:\\s*\\d+[.eE]/.test(text) &&\n", "", "5.0 and 3e2 are integers"),
  greeting("greeting", '    text.split(":").length === MEMBERS.length + 1 &&\n', "", "members that are there twice"),
  greeting("greeting", "ours.length !== 1", "ours.length < 1", "two cookies"),
  greeting(
    "greeting",
    "/^[0-9a-f]+$/.test(value)",
    "/^[0-9a-f]+/.test(value)",
    "a cookie that is not hex goes into a header",
  ),
  greeting(
    "greeting",
    "json.wait <= MAX_WAIT_S",
    "json.wait < MAX_WAIT_S",
    "a device that takes ten minutes is refused",
  ),
  greeting("greeting", "[a-z0-9-]{1,32}$", "[a-z0-9-]{1,33}$", "a name of 33 characters"),
  greeting(
    OWN_CLIENT,
    '(json.build === "product" || json.build === "bench")',
    'typeof json.build === "string"',
    "a build that nobody knows",
  ),

  // HTTP
  http("http", '  if (names.includes("transfer-encoding")) return "a Transfer-Encoding";\n', "", "chunked answers"),
  http(
    "http",
    'if (statusCode !== 204 && !names.includes("content-length")) return',
    "if (false) return",
    "an answer that is cut off looks whole",
  ),
  http(
    "http",
    'const ONCE = ["content-length", "wib-proof", "wib-error"];',
    'const ONCE = ["content-length", "wib-error"];',
    "two proofs",
  ),
  http("http", "if (size > MAX_ANSWER_BYTES)", "if (size >= MAX_ANSWER_BYTES)", "an answer of 65536 bytes is refused"),
  http(
    "http",
    "const MAX_ANSWER_BYTES = 65536;",
    "const MAX_ANSWER_BYTES = 65537;",
    "an answer of 65537 bytes is taken",
  ),
  http(
    "http",
    "if (size > MAX_HEADER_BYTES) return",
    "if (size >= MAX_HEADER_BYTES) return",
    "a header of 8192 bytes is refused",
  ),
  http("http", "      agent: false,\n", "", "connections are kept, which the device does not know"),
  http(
    "http",
    'response.on("error", brokeOff);',
    'response.on("error", () => {});',
    "an answer that breaks off is waited for",
  ),
  http("http", 'if (code === "ECONNREFUSED")', 'if (code === "ECONNREFUSE")', "nobody says that the window is shut"),
  refused(
    "greeting",
    "if (code !== undefined && !isCode(code)) return",
    'if (code === "") return',
    "a stranger's text is shown",
  ),
  hints("hints", "code && Object.hasOwn(HINTS, code)", "code && code in HINTS", "a code called constructor"),
  pem("pem", "blocks.length === 1 &&", "blocks.length >= 1 &&", "two blocks pass for one"),
  pem("pem", "-----END \\1-----", "-----END [A-Z ]+-----", "a block ends with another's label"),

  // Requests for certificates
  csr("csr", "{1,64}$/", "{1,65}$/", "a name of 65 characters"),
  csr("csr", "{1,64}$/", "{1,63}$/", "a name of 64 characters is refused"),
  csr("csr", "{1,64}$/", "{1,64}/", "a line end in a name, and a second wish behind it"),
  csr("csr", "!isSigned || hash", "hash", "a request that its key has not signed"),
  csr("csr", '!isSigned || hash?.name !== "SHA-256"', "!isSigned", "a signature over SHA-1"),
  csr("csr", ' || algorithm.namedCurve !== "P-256"', "", "a key on another curve"),
  csr(
    "csr",
    "csr.subject !== `CN=${name}`",
    "!csr.subject.startsWith(`CN=${name}`)",
    "an organisation of the device's choice",
  ),
  csr(
    "csr",
    "csr.subject !== `CN=${name}`",
    "csr.subject.toLowerCase() !== `CN=${name}`.toLowerCase()",
    "another spelling",
  ),
  csr("csr", "the subject is not CN=${name}`", "the subject is ${csr.subject}`", "a device writes to the terminal"),
  csr("csr", "names.length !== 1 || names[0]", "names.length < 1 || names[0]", "a second name, of the device's choice"),
  csr("csr", 'names[0].type !== "dns" || ', "", "an address of mail for a name"),
  csr("csr", "names[0].value !== name)", "!names[0].value)", "any alternative name"),
  csr("csr", "attributes.length !== 1 || ", "", "a second list of extensions reaches the certifier"),
  csr("csr", "attributes[0].values.length !== 1 || ", "", "a second value does"),
  csr("csr", " || extensions.length !== 1)", ")", "the wish to be a CA"),
  csr(
    "csr",
    '  if (!isOneElement(der)) throw broken("something stands behind the certificate request");\n',
    "",
    "bytes behind the request reach the certifier",
  ),
  csr(
    "csr",
    'return { pem: encodePem("CERTIFICATE REQUEST", der), name',
    "return { pem: new TextDecoder().decode(body), name",
    "a device's text reaches the certifier",
  ),

  // What certifiers make
  certifier("certifier", "leaves.length !== 1", "leaves.length < 1", "two certificates for the device"),
  certifier("certifier", '  if (leaf.ca) throw refuse("it made the device a CA");\n', "", "the device becomes a CA"),
  certifier("certifier", "[leaf, ...issuers]", "[...issuers, leaf]", "the device's certificate is not the first"),
  certifier(
    "certifier",
    "return equalBytes(new Uint8Array(spki), request.publicKey);",
    "return !c.ca && spki.length > 0;",
    "a certificate for somebody else's key",
  ),
  certifier(
    "certifier",
    '(c) => encodePem("CERTIFICATE", new Uint8Array(c.raw))).join("")',
    '(c) => `${c}`).join("\\n")',
    "a text that the next reader takes otherwise",
  ),
  ca(
    "ca",
    "new x509.BasicConstraintsExtension(false, undefined, true)",
    "new x509.BasicConstraintsExtension(true, undefined, true)",
    "every device is a CA",
  ),
  ca(
    "ca-folder",
    "new x509.BasicConstraintsExtension(true, 0, true)",
    "new x509.BasicConstraintsExtension(true, undefined, true)",
    "the CA may make CAs",
  ),
  ca("ca", "notBefore: new Date(now - BACKDATED_MS)", "notBefore: new Date(now)", "clocks that are slow refuse it"),
  ca("ca", "client: [clientAuth],", "client: [clientAuth, serverAuth],", "a client's certificate is good for a server"),
  ca("ca-folder", "(wishes.ipAddresses ?? [])", "(wishes.dnsNames ?? [])", "addresses are lost"),
  caFolder("ca-folder", '{ flag: "wx", mode }', "{ mode }", "a CA's key is overwritten, and lost"),
  caFolder(
    "ca-folder",
    "  if (existsSync(path.join(folder, CERT_FILE))) throw alreadyThere(path.join(folder, CERT_FILE));\n",
    "",
    "a key that is not the CA's lies beside its certificate",
  ),
  caFolder("ca-folder", "pkcs8), 0o600);", "pkcs8), 0o640);", "the group may read the CA's key"),
  caFolder(
    "ca-folder",
    "mkdirSync(folder, { recursive: true, mode: 0o700 });",
    "mkdirSync(folder, { recursive: true });",
    "everybody may look into the folder",
  ),
  caFolder("ca-folder", "& 0o077)", "& 0o007)", "a key that the group may read is taken"),
  caFolder("ca-folder", "& 0o077)", "& 0o044)", "a key that others may change is taken"),
  caFolder(
    "ca-folder",
    "if (!(await webcrypto.subtle.verify(P256, publicKey, signature, said))) throw",
    "if (!signature.byteLength || !publicKey || !said.length) throw",
    "a key of another CA signs",
  ),
  caFolder(
    "ca-folder",
    "      write(path.join(folder, ISSUED, `${name}-${serial}.pem`), cert, 0o644);\n",
    "",
    "nobody knows what was issued",
  ),
  caFolder("ca-folder", "`${name}-${serial}.pem`", "`${name}.pem`", "a second certificate for a name is refused"),
  caFolder("ca-folder", "dnsNames: [name], kind", "dnsNames: [], kind", "a certificate without its name"),
  caFolder("ca-folder", "        ...options,\n", "        days: 36500,\n", "a certificate for a hundred years"),

  // EST
  est(
    "est",
    'if (url.protocol !== "https:") throw',
    'if (url.protocol === "ftp:") throw',
    "the password crosses the network in clear",
  ),
  est("est", "url.username || url.password || url.search", "url.search", "a password in an address is shown"),
  est(
    "est",
    "timeout: TIMEOUT_MS, secureContext }",
    "timeout: TIMEOUT_MS, secureContext, rejectUnauthorized: false }",
    "any server gets the password",
  ),
  est(
    "est",
    "createSecureContext({ ca, cert, key })",
    "createSecureContext({ cert, key })",
    "--est-ca is not looked at",
  ),
  est(
    "est-answers",
    "timeout: TIMEOUT_MS,",
    "timeout: 0,",
    "a silent server is waited for until the device has given up",
  ),
  est(
    "est",
    "EST server ${url.host}: ${what}",
    "EST server ${o.user}:${o.password}@${url.host}: ${what}",
    "the password is told",
  ),
  est(
    "est-answers",
    "text.length > MAX_ANSWER_BYTES",
    "text.length >= MAX_ANSWER_BYTES",
    "an answer of 65536 bytes is refused",
  ),
  est(
    "est-answers",
    "const MAX_ANSWER_BYTES = 65536;",
    "const MAX_ANSWER_BYTES = 65537;",
    "an answer of 65537 bytes is taken",
  ),
  est(
    "est-answers",
    "if (status !== 200) throw refuse(",
    "if (status >= 400) throw refuse(",
    "a redirect is read as an answer",
  ),
  est(
    "est-answers",
    '!type.startsWith("application/pkcs7-mime")',
    '!type.startsWith("application/")',
    "an answer of another type",
  ),
  est("est", 'path.endsWith("/simpleenroll")', 'path.endsWith("/enroll")', "the operation stands twice in the path"),
  est("est", '.replace(/.{64}/g, "$&\\r\\n")', "", "one long line, which MIME does not allow"),
  est(
    "est-answers",
    'call.destroy(new Error("its answer is too large"))',
    "call.destroy()",
    "nobody says why it was given up",
  ),

  // What people bring
  keyText("key-text", "|^Proc-Type: .*ENCRYPTED/m", "/m", "an encrypted key of the older form is sent"),
  keyText(
    "key-text",
    '(l) => l === "CERTIFICATE"',
    '(l) => l !== "EC PARAMETERS"',
    "a key in the certificate's file is sent twice",
  ),
  keyText("key-text", "if (!blocks.length) throw", "if (blocks.length > 9) throw", "a file of something else is sent"),
  serial("serial", "text.length === SERIAL_CHARS + 3 && text", "text", "a serial that begins with WIB is cut"),
  serial("serial", "/[IL]/g", "/[I]/g", "an L for a 1 is refused"),
  serial(
    "serial",
    "replace(/[a-z]/g, (c) => c.toUpperCase())",
    "toUpperCase()",
    "letters outside ASCII pass for others",
  ),
  serial("serial", "this has ${text.length}`", "this has ${text.length}: ${typed}`", "the serial is shown"),
  prompt(
    "prompt",
    "output: silent, terminal",
    "output: output as Writable, terminal",
    "the serial is shown while it is typed",
  ),
  prompt(
    "prompt",
    'if (answer === undefined) reject(usageError("no serial", "it stands on the device\'s back"));\n      else resolve(answer);',
    'resolve(answer ?? "");',
    "Ctrl-C goes on without a serial",
  ),

  // Key agreement
  suites(
    "suites",
    '        if (equalBytes(der, own)) throw unusable("the device sends our own public key back");\n',
    "",
    "somebody reflects our key",
  ),
  suites(
    "suites",
    '      if (isOver) throw new Error("an exchange has one answer");\n',
    "",
    "a wiped secret gives a key that everybody knows",
  ),
  suites("suites", "own.secret.fill(0);", "", "the secret stays in memory"),
  suites("suites", "prefix.every((byte, i) => der[i] === byte)", "prefix.length > 0", "a key of another kind"),
  suites(
    "suites",
    'text.startsWith("-----BEGIN PUBLIC KEY-----") ?',
    "text ?",
    "text in front of the key, which the transcript would bind",
  ),
  suites("suites", "lp(context.cookie), lp(nonce)", "lp(nonce)", "CPace is not bound to the session"),
  suites(
    "suites",
    "ada: utf8ToBytes(context.offered)",
    "ada: new Uint8Array(0)",
    "CPace is not bound to what was offered",
  ),
  suites("suites", "if (answer.length !== 32) throw", "if (answer.length < 32) throw", "a value of any length"),
  suites(
    "suites",
    "randomBytes(NONCE_BYTES + 32)",
    "new Uint8Array(NONCE_BYTES + 32).fill(7)",
    "a secret that everybody knows",
  ),
  cpace(
    "cpace",
    "lvCat(sides.ya, sides.ada), lvCat(sides.yb, sides.adb)",
    "lvCat(sides.yb, sides.adb), lvCat(sides.ya, sides.ada)",
    "the sides are exchanged",
  ),
  cpace(
    "cpace",
    "HASH_BLOCK_BYTES - 1 - lvBytes(prs)",
    "HASH_BLOCK_BYTES - lvBytes(prs)",
    "the serial shares a hash block with what is public",
  ),
  cpace("cpace", "input[31] &= 127;", "", "bit 255 counts"),
  cpace("cpace", "lvCat(DSI_ISK, sid, k)", "lvCat(DSI_ISK, k)", "a key of another session"),
  ffdhe("ffdhe2048", "y <= 1n ||", "y < 1n ||", "y = 1 gives a key that everybody knows"),
  ffdhe("ffdhe2048", "y >= FFDHE2048_P - 1n", "y >= FFDHE2048_P", "y = p - 1 gives one of two keys"),
  ffdhe("ffdhe2048", "  secret[0] |= 128;\n", "", "exponents differ in length"),
  ffdhe("ffdhe2048", "header <= 9; header++", "header <= 8; header++", "nearly all keys are refused"),

  // What is shown
  inspect("inspect", '"its password not shown"', "psk", "the Wi-Fi password is shown"),
  inspect(
    "inspect",
    '? String(value) : "not shown"',
    "? String(value) : JSON.stringify(value)",
    "a password in an odd place is shown",
  ),
  inspect(
    "inspect",
    "const facts = { key: kindOf(key), belongs",
    'const facts = { key: Buffer.from(der).toString("hex"), belongs',
    "a private key is shown",
  ),
  inspect("inspect", 'isSigned ? "right" : "WRONG"', '"right"', "a forged request is called right"),
  validity("inspect", "validTo) < now", "validTo) <= now", "one millisecond less"),
  validity(
    "validity",
    '(label === "CERTIFICATE" ? warningsOf(der, now) : [])',
    "[]",
    "nobody hears that it has expired",
  ),
  provision("validity", "options.onWarning?.(warning);", "void warning;", "nobody hears that it has expired"),
  inspect(
    "inspect",
    "spkiOf(c.publicKey) === spkiOf(key)",
    "c.publicKey.asymmetricKeyType === key.asymmetricKeyType",
    "a key that does not fit is said to",
  ),
  inspectCommand("commands/inspect", "/\\p{Cc}/gu", "/\\n/gu", "a file writes to the terminal"),
  status(
    "status",
    "agent: false, timeout: TIMEOUT_MS }",
    "agent: false, timeout: TIMEOUT_MS, rejectUnauthorized: false }",
    "any device passes for the owner's",
  ),
  status(
    "status",
    "response.statusCode === 200 ?",
    "response.statusCode ?",
    "a page of an error passes for the status",
  ),
  status("status", "ISSUER|VERIFY/", "ISSUER/", "who lacks a CA is told to look at the network"),
  status(
    "status",
    "if (text.length > MAX_BYTES)",
    "if (text.length >= MAX_BYTES)",
    "an answer of 16384 bytes is refused",
  ),
  status(
    "status",
    'response.on("error", fail);',
    'response.on("error", () => resolve({ status: text }));',
    "half an answer passes for the status",
  ),

  ca("ca", "notAfter: notAfter > end ? end : notAfter", "notAfter", "a leaf outlives its CA, and nobody believes it"),

  // The command line
  commandLine("commands/provision", "  if (idle)\n", "  if (idle && !o.cert)\n", "an option is ignored"),
  commandLine(
    "commands/provision",
    'if (o.ca !== undefined) throw usageError("two certifiers", "give --ca or --est, not both");',
    "",
    "a certifier is ignored",
  ),
  commandLine(
    "commands/provision",
    "(o.estCert === undefined) !== (o.estKey === undefined)",
    "o.estCert === undefined && o.estKey !== undefined",
    "half a pair for EST",
  ),
  commandLine(
    "commands/provision",
    "if (cert !== undefined || key !== undefined) {",
    "if (cert !== undefined) {",
    "--key is ignored",
  ),
  commandLine(
    "commands/provision",
    "options.ip?.find((address) => !isIP(address))",
    "options.ip?.slice(0, 1).find((address) => !isIP(address))",
    "a second address is not looked at",
  ),
  commandLine(
    "commands/provision",
    'readText(o.estPasswordFile, "EST password").trimEnd()',
    'readText(o.estPasswordFile, "EST password")',
    "the line end is a part of the password",
  ),
  commandLine(
    "commands/provision",
    "options.ca !== undefined || options.est !== undefined || options.name !== undefined",
    "options.ca !== undefined || options.est !== undefined",
    "--name is ignored",
  ),
  {
    file: "client/commands/provision.ts",
    find: "settings: settingsBlock(settings) } };",
    replace: 'settings: "" } };',
    tests: ["test/e2e/csr-provision.test"],
    why: "settings are lost where the device makes its key",
  },
  caCommand("commands/ca", "number > 36500", "number > 36501", "36501 days"),
  caCommand("commands/ca", "/^\\d{1,5}$/.test(text) ? Number(text) : 0", "Number(text)", "half a day, or 7e2 days"),
  reports(
    "report-server",
    "requestCert: true, rejectUnauthorized: true",
    "requestCert: true, rejectUnauthorized: false",
    "anybody reports as a device",
  ),
  reports(
    "report-server",
    "if (text.length > MAX_REPORT_BYTES) socket.destroy();",
    "",
    "a device fills the owner's memory",
  ),

  // Judging other clients
  conformanceDevice(
    "conformance/device",
    "if (ct.length === 0 || !equalBytes(tag, body.slice(ct.length)))",
    "if (ct.length === 0)",
    "a client that seals wrongly passes",
  ),
  conformanceDevice(
    "conformance/device",
    "if (text !== serial) {",
    "if (text.length !== serial.length) {",
    "a client with a wrong serial passes",
  ),
  install(
    "conformance/device",
    "if (keys.length && ownPublic) return",
    "if (keys.length > 1 && ownPublic) return",
    "a client that sends a key after a CSR passes",
  ),
  judge(
    "conformance/bad-clients",
    "if (success && !isInstalled) return",
    "if (success && !hasDeparted && !isInstalled) return",
    "a client that believes a forged 204 passes",
  ),
  judge(
    "conformance/bad-clients",
    "if (first === undefined || first === body) return true;",
    "if (first || !first) return true;",
    "a client that seals a step twice passes",
  ),
  judge(
    "conformance/bad-clients",
    "const TOLERANCE_MS = 50;",
    "const TOLERANCE_MS = 500;",
    "a client that comes back too early passes",
  ),

  // Judging noise
  mostCommonValue("assessment/most-common-value", "/ (count - 1)));", "/ count));", "an interval that is too narrow"),
  verdict(
    "assessment/restart",
    "claim === null ? assessed : Math.min(assessed, claim)",
    "assessed",
    "restarts confirm more than was claimed",
  ),
  tuples(
    "assessment/tuples",
    "const COMMON_COUNT = 35;",
    "const COMMON_COUNT = 36;",
    "another estimate than the standard's",
  ),
  boot0(
    "boot0",
    "const PASSWORD_CHARS = 20;",
    "const PASSWORD_CHARS = 16;",
    "a password as long as a serial, and no longer",
  ),
  boot0("boot0", "return `${lock}${telnet}\\n`;", "return `${telnet}${lock}\\n`;", "the lock comes second"),
  boot0("boot0", "E.lockConsole();`;", "`;", "a password, but no lock"),
  boot0("boot0", "}catch(e){}`;", "}finally{}`;", "boards without Telnet stop at .boot0"),
  boot0("boot0", "byte % SERIAL_ALPHABET.length", "byte % 10", "passwords of digits"),
];
