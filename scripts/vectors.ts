// Makes docs/vectors/<suite>.json and section 12 of docs/PROTOCOL.md: whole exchanges with every byte, from secrets that
// are hashes of their names. --check fails if what is there differs. The client's code makes them; tests run the firmware
// through the same exchange and compare.
import { hmac } from "@noble/hashes/hmac.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { deriveKeys, expectedProof, seal, transcriptHash } from "../client/schedule.ts";
import { cpaceGenerator, cpacePublic } from "../client/cpace.ts";
import { cpaceSid, SUITES } from "../client/suites.ts";
import type { ClientSuite, SuiteContext } from "../client/suites.ts";
import * as P from "../firmware/protocol.ts";

const DOCS = new URL("../docs/", import.meta.url);
const SERIAL = "7K3M9QPX2D4RW8TF";
const BUILD = "product";
const HOST = "192.168.4.1";

interface Message {
  request: string;
  requestBody: string;
  response: string;
  responseBody: string;
}

export interface Vector {
  description: string;
  suite: string;
  serial: string;
  secrets: Record<string, string>;
  build: string;
  suitesOffered: string;
  salt: string;
  cookie: string;
  greeting: Message;
  dh: Message;
  /** CPace only. */
  sid?: string;
  g?: string;
  K?: string;
  ikm: string;
  th: string;
  encC2D: string;
  macC2D: string;
  macD2C: string;
  auth: Message & { plaintext: string; ct: string; tag: string; proof: string };
  key: Message & { plaintext: string; ct: string; tag: string; proof: string };
}

function secret(suite: string, name: string, length: number): Uint8Array {
  return sha512(utf8ToBytes(`wib vector ${suite} ${name}`)).slice(0, length);
}

function text(name: string): string {
  return readFileSync(new URL(`vectors/${name}`, DOCS), "utf8");
}

function request(method: string, path: string, lines: string[], body: Uint8Array): string {
  const length = method === "POST" ? [`Content-Length: ${body.length}`] : [];
  return [`${method} ${path} HTTP/1.1`, `Host: ${HOST}`, ...lines, ...length, "", ""].join("\r\n");
}

const CLOSING = ["Connection: close", "Cache-Control: no-store", "", ""];

/** In the plain suites the device's half is the same computation as the client's; in CPace it follows the client's nonce. */
function deviceBody(suite: ClientSuite, context: SuiteContext, own: Uint8Array, clientBody: Uint8Array): Uint8Array {
  if (suite.name !== P.SUITE_CPACE) return suite.begin(context, own.slice()).body;
  const sid = cpaceSid(context, clientBody.slice(0, 16));
  return cpacePublic(own, cpaceGenerator(context.serial, utf8ToBytes(P.CPACE_CI), sid));
}

function makeVector(suite: ClientSuite, offered: string): Vector {
  const none = new Uint8Array(0);
  const salt = secret(suite.name, "salt", 32);
  const cookieSecret = secret(suite.name, "cookie key", 64);
  const statement = concatBytes(secret(suite.name, "cookie", 16), new Uint8Array(4));
  const cookie = bytesToHex(concatBytes(statement, hmac(sha512, cookieSecret, statement).slice(0, 16)));
  const clientSecret = secret(suite.name, "client", 32);
  const clientNonce = suite.name === P.SUITE_CPACE ? secret(suite.name, "clientNonce", 16) : none;
  const deviceSecret = secret(suite.name, "device", 32);
  const secrets = {
    client: bytesToHex(clientSecret),
    ...(clientNonce.length ? { clientNonce: bytesToHex(clientNonce) } : {}),
    device: bytesToHex(deviceSecret),
    cookieKey: bytesToHex(cookieSecret),
    cookieRandom: bytesToHex(statement.slice(0, 16)),
  };

  const greetingBody = utf8ToBytes(
    `{"v":1,"build":"${BUILD}","suites":[${offered
      .split(",")
      .map((name) => `"${name}"`)
      .join(",")}],"salt":"${bytesToHex(salt)}","window":300,"tries":5,"wait":60,"max":9984}`,
  );
  const greeting: Message = {
    request: request("GET", P.PATH_DH, [], none),
    requestBody: "",
    response: [
      "HTTP/1.1 200 OK",
      `Set-Cookie: wib=${cookie}; Path=/setup; HttpOnly; SameSite=Strict`,
      "Content-Type: application/json",
      `Content-Length: ${greetingBody.length}`,
      ...CLOSING,
    ].join("\r\n"),
    responseBody: bytesToHex(greetingBody),
  };

  const context = { serial: utf8ToBytes(SERIAL), salt, cookie, offered };
  const client = suite.begin(context, concatBytes(clientNonce, clientSecret));
  const device = { body: deviceBody(suite, context, deviceSecret, client.body) };
  const ikm = client.finish(device.body);
  let inner = {};
  if (suite.name === P.SUITE_CPACE) {
    const sid = cpaceSid(context, clientNonce);
    const g = cpaceGenerator(context.serial, utf8ToBytes(P.CPACE_CI), sid);
    const k = cpacePublic(clientSecret, device.body);
    inner = { sid: bytesToHex(sid), g: bytesToHex(g), K: bytesToHex(k) };
  }
  const cookieLine = `Cookie: wib=${cookie}`;
  const dh: Message = {
    request: request("POST", P.PATH_DH, [cookieLine, `Content-Type: ${client.type}`], client.body),
    requestBody: bytesToHex(client.body),
    response: [
      "HTTP/1.1 200 OK",
      `Content-Type: ${client.type}`,
      `Content-Length: ${device.body.length}`,
      ...CLOSING,
    ].join("\r\n"),
    responseBody: bytesToHex(device.body),
  };

  const transcript = {
    build: BUILD,
    suite: suite.name,
    salt,
    offered,
    cookie,
    request: client.body,
    response: device.body,
  };
  const th = transcriptHash(transcript);
  const ikmHex = bytesToHex(ikm);
  const keys = deriveKeys(ikm, th);
  const step = (path: string, number: number, plaintext: Uint8Array) => {
    const body = seal(keys, number, plaintext);
    const tag = body.slice(body.length - P.TAG_BYTES);
    const proof = bytesToHex(expectedProof(keys, { path, status: 204, code: "", requestTag: tag, body: none }));
    return {
      request: request("POST", path, [cookieLine, `Content-Type: ${P.TYPE_BYTES}`], body),
      requestBody: bytesToHex(body),
      response: ["HTTP/1.1 204 No Content", `Wib-Proof: ${proof}`, ...CLOSING].join("\r\n"),
      responseBody: "",
      plaintext: bytesToHex(plaintext),
      ct: bytesToHex(body.slice(0, body.length - P.TAG_BYTES)),
      tag: bytesToHex(tag),
      proof,
    };
  };
  return {
    description: `A whole setup with suite ${suite.name}; bodies and secrets in hex, headers as text. Secrets are the first bytes of SHA-512("wib vector ${suite.name} <name>").`,
    ...{ suite: suite.name, serial: SERIAL, secrets, build: BUILD, suitesOffered: offered },
    ...{ salt: bytesToHex(salt), cookie, greeting, dh, ...inner, ikm: ikmHex, th: bytesToHex(th) },
    ...{ encC2D: bytesToHex(keys.encryption), macC2D: bytesToHex(keys.client), macD2C: bytesToHex(keys.device) },
    auth: step(P.PATH_AUTH, P.STEP_AUTH, utf8ToBytes(SERIAL)),
    key: step(P.PATH_KEY, P.STEP_KEY, utf8ToBytes(text("device.pem") + text("device.key"))),
  };
}

function fold(hex: string): string {
  return hex.match(/.{1,96}/g)?.join("\n") ?? "(nothing)";
}

function isText(hex: string): boolean {
  return Buffer.from(hex, "hex").every((byte) => byte === 10 || (byte >= 32 && byte < 127));
}

function messageText(title: string, message: Message, more: [string, string][] = []): string {
  const block = (label: string, header: string, body: string) => {
    const shown = isText(body) ? Buffer.from(body, "hex").toString() : fold(body);
    const kind = body && !isText(body) ? ", body in hex" : "";
    return `${label}${kind}:\n\n\`\`\`\n${header.replaceAll("\r\n", "\n").trimEnd()}\n${body ? `\n${shown.trimEnd()}\n` : ""}\`\`\`\n`;
  };
  const values = more.map(([name, value]) => `${name}\n\n\`\`\`\n${value}\n\`\`\`\n`).join("\n");
  return [
    `### ${title}\n`,
    values,
    block("Request", message.request, message.requestBody),
    block("Response", message.response, message.responseBody),
  ]
    .filter(Boolean)
    .join("\n");
}

const MARK = "## 12. A worked exchange";

/** Section 12 of PROTOCOL.md: the first exchange whole, of the others what differs. */
export function section(v: Vector, others: Vector[]): string {
  const secrets = (of: Vector) =>
    `Client's secret scalar \`${of.secrets.client}\`${of.secrets.clientNonce ? `, nonce \`${of.secrets.clientNonce}\`` : ""}, the device's scalar \`${of.secrets.device}\`.\n`;
  const agreed = (of: Vector): [string, string][] =>
    (["sid", "g", "K", "ikm", "th", "encC2D", "macC2D", "macD2C"] as const).flatMap((name) =>
      of[name] ? [[name, fold(of[name])]] : [],
    );
  return [
    `${MARK}\n`,
    `Suite \`${v.suite}\`, serial \`${v.serial}\`. Made by \`scripts/vectors.ts\`; the same and one for each further suite are in`,
    "`docs/vectors/*.json`, with certificate and key in `device.pem` and `device.key` beside them. Every line of a header ends in CRLF,",
    "every header in an empty line; long hex is folded here and is one line there.\n",
    secrets(v),
    messageText("12.1 Greeting", v.greeting),
    messageText("12.2 Key agreement", v.dh, agreed(v)),
    messageText("12.3 Serial", v.auth, [
      ["plaintext", Buffer.from(v.auth.plaintext, "hex").toString()],
      ["ct", fold(v.auth.ct)],
      ["tag", fold(v.auth.tag)],
    ]),
    messageText("12.4 Certificate", v.key, [
      ["plaintext", Buffer.from(v.key.plaintext, "hex").toString().trimEnd()],
      ["tag", fold(v.key.tag)],
    ]),
    ...others.map((of, i) => {
      const title = `12.${5 + i} Key agreement with ${of.suite}`;
      const from = `Salt \`${of.salt}\`. ${secrets(of)}`;
      return messageText(title, of.dh, agreed(of)).replace("\n\n", `\n\n${from}\n`);
    }),
  ].join("\n");
}

export function files(): Map<string, string> {
  const made = new Map<string, string>();
  const vectors = SUITES.map((suite) => makeVector(suite, SUITES.map((s) => s.name).join(",")));
  for (const vector of vectors) made.set(`vectors/${vector.suite}.json`, `${JSON.stringify(vector, null, 1)}\n`);
  const protocol = readFileSync(new URL("PROTOCOL.md", DOCS), "utf8");
  made.set(
    "PROTOCOL.md",
    protocol.split(MARK)[0].trimEnd() + "\n\n" + section(vectors[0], vectors.slice(1)).trimEnd() + "\n",
  );
  return made;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const program = new Command("vectors")
    .description("Write the worked exchanges of docs/PROTOCOL.md and docs/vectors.")
    .option("--check", "fail if they are not current, and write nothing")
    .parse();
  for (const [name, wanted] of files()) {
    const file = new URL(name, DOCS);
    let present = "";
    try {
      present = readFileSync(file, "utf8");
    } catch {
      // Not made yet.
    }
    if (present === wanted) continue;
    if (program.opts<{ check?: boolean }>().check) {
      console.error(`wib: error: docs/${name} is not what scripts/vectors.ts makes`);
      console.error("wib: hint: node --import ./hook.mjs scripts/vectors.ts");
      process.exitCode = 1;
    } else writeFileSync(file, wanted);
  }
}
