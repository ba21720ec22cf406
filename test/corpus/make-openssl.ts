// Keys and certificates as OpenSSL writes them, for the corpus. Every key is made for this and thrown away with it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const LEAF = "basicConstraints=CA:FALSE\nsubjectAltName=DNS:device.local\n";
const CA = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n";

export class OpensslFolder {
  readonly folder = mkdtempSync(path.join(tmpdir(), "wib-corpus-"));
  /** The commands that made a file, for its origin. */
  private readonly made = new Map<string, string>();

  run(args: string, output = ""): string {
    const result = execFileSync("openssl", args.split(" "), {
      ...{ cwd: this.folder, encoding: "utf8" },
      stdio: ["pipe", "pipe", "ignore"],
    });
    if (output) this.made.set(output, `openssl ${args}`);
    return result;
  }

  text(name: string): string {
    return readFileSync(path.join(this.folder, name), "latin1");
  }

  write(name: string, text: string): void {
    writeFileSync(path.join(this.folder, name), text);
  }

  origin(...names: string[]): string {
    return names.map((name) => this.made.get(name) ?? name).join("; ");
  }

  key(name: string, args: string): void {
    this.run(`${args} -out ${name}.key`, `${name}.key`);
  }

  ec(name: string, curve = "prime256v1"): void {
    this.key(name, `ecparam -name ${curve} -genkey -noout`);
  }

  /** A certificate for name.key, issued by another or by itself. */
  issue(name: string, issuer: string, kind: "leaf" | "ca" | "v1", more = ""): void {
    const signer = issuer === name ? `-signkey ${name}.key` : `-CA ${issuer}.pem -CAkey ${issuer}.key -CAcreateserial`;
    this.write(`${name}.ext`, kind === "leaf" ? LEAF : CA);
    this.run(`req -new -key ${name}.key -subj /CN=${name} -out ${name}.csr`);
    const extensions = kind === "v1" ? "" : ` -extfile ${name}.ext`;
    this.run(`x509 -req -in ${name}.csr ${signer} -days 3650${extensions}${more} -out ${name}.pem`, `${name}.pem`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function makeWithOpenssl(): OpensslFolder {
  const o = new OpensslFolder();
  o.ec("root");
  o.issue("root", "root", "ca");
  for (const [name, issuer] of [
    ["inter1", "root"],
    ["inter2", "inter1"],
    ["inter3", "inter2"],
    ["inter4", "inter3"],
  ]) {
    o.ec(name);
    o.issue(name, issuer, "ca");
  }
  // An issuer of the same name with another key.
  o.ec("impostor");
  o.run("req -new -key impostor.key -subj /CN=inter1 -out impostor.csr");
  o.run(
    "x509 -req -in impostor.csr -CA root.pem -CAkey root.key -CAcreateserial -days 3650 -extfile inter1.ext -out impostor.pem",
    "impostor.pem",
  );
  for (const [name, issuer] of [
    ["ec", "root"],
    ["other", "root"],
    ["under1", "inter1"],
    ["under2", "inter2"],
    ["under3", "inter3"],
    ["under4", "inter4"],
  ]) {
    o.ec(name);
    o.issue(name, issuer, "leaf");
  }
  o.ec("self");
  o.issue("self", "self", "leaf");
  for (const hash of ["sha384", "sha512", "sha1"]) {
    o.ec(hash);
    o.issue(hash, "inter1", "leaf", ` -${hash}`);
  }
  for (const [name, days] of [
    ["expired", "-not_before 20200101000000Z -not_after 20210101000000Z"],
    ["not-yet", "-not_before 20900101000000Z -not_after 20910101000000Z"],
  ]) {
    // x509 of OpenSSL 3.0 takes no dates; ca does.
    o.ec(name);
    o.write(`${name}.ext`, LEAF);
    o.write("index.txt", "");
    o.write("serial", "1000\n");
    o.write(
      "ca.cnf",
      "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n",
    );
    const [start, end] = days.split(" ").filter((word) => /^\d/.test(word));
    o.run(`req -new -key ${name}.key -subj /CN=${name} -out ${name}.csr`);
    o.run(
      `ca -batch -notext -config ca.cnf -cert root.pem -keyfile root.key -startdate ${start} -enddate ${end} -extfile ${name}.ext -in ${name}.csr -out ${name}.pem`,
      `${name}.pem`,
    );
  }
  o.ec("v1");
  o.issue("v1", "root", "v1");
  o.ec("zero-serial");
  o.run("req -new -key zero-serial.key -subj /CN=zero -out zero.csr");
  o.run(
    "x509 -req -in zero.csr -CA root.pem -CAkey root.key -set_serial 0 -days 3650 -extfile ec.ext -out zero-serial.pem",
    "zero-serial.pem",
  );
  // RSA
  for (const bits of [2048, 3072, 4096]) {
    o.key(`rsa${bits}`, `genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:${bits}`);
    o.issue(`rsa${bits}`, "root", "leaf");
    o.run(`rsa -in rsa${bits}.key -traditional -out rsa${bits}.p1`, `rsa${bits}.p1`);
  }
  o.key("rsa-e3", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3");
  o.issue("rsa-e3", "root", "leaf");
  o.key("rsa-ca", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048");
  o.issue("rsa-ca", "rsa-ca", "ca");
  o.key("rsa-leaf", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048");
  o.issue("rsa-leaf", "rsa-ca", "leaf");
  o.ec("ec-rsa");
  o.issue("ec-rsa", "rsa-ca", "leaf");
  o.ec("ec-pss");
  o.issue("ec-pss", "rsa-ca", "leaf", " -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32");
  for (const bits of [1024, 2047, 2056]) {
    o.key(`rsa${bits}`, `genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:${bits}`);
    o.issue(`rsa${bits}`, "root", "leaf");
  }
  o.key("rsa-pss", "genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048");
  o.issue("rsa-pss", "root", "leaf");
  o.key("three", "genrsa -primes 3 -traditional");
  o.issue("three", "root", "leaf");
  // Other curves and kinds
  for (const curve of ["secp384r1", "secp521r1", "secp256k1", "brainpoolP256r1", "secp224r1"]) {
    o.ec(curve, curve);
    o.issue(curve, "root", "leaf");
  }
  for (const kind of ["ed25519", "ed448"]) {
    o.key(kind, `genpkey -algorithm ${kind}`);
    o.issue(kind, "root", "leaf");
  }
  o.key("explicit", "ecparam -name prime256v1 -genkey -noout -param_enc explicit");
  o.issue("explicit", "root", "leaf");
  o.key("dsa", "genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:1024");
  o.run("gendsa -out dsa.pk8 dsa.key", "dsa.pk8");
  o.run("dsa -in dsa.pk8 -out dsa.old", "dsa.old");
  // Other forms of the same key
  o.run("pkcs8 -topk8 -nocrypt -in ec.key -out ec.p8", "ec.p8");
  o.run("pkcs8 -topk8 -nocrypt -in rsa2048.p1 -out rsa2048.p8", "rsa2048.p8");
  o.run("ec -in ec.key -no_public -out ec.no-public", "ec.no-public");
  o.run("ec -in ec.key -conv_form compressed -out ec.compressed", "ec.compressed");
  o.ec("point");
  o.run("ec -in point.key -conv_form compressed -out point.compressed", "point.compressed");
  o.write("point.key", o.text("point.compressed"));
  o.issue("point", "root", "leaf");
  o.run("pkcs8 -topk8 -in ec.key -passout pass:x -out ec.enc", "ec.enc");
  o.run("pkcs8 -topk8 -in ec.key -passout pass:x -v1 PBE-SHA1-3DES -out ec.enc1", "ec.enc1");
  o.run("ec -in ec.key -aes256 -passout pass:x -out ec.legacy", "ec.legacy");
  o.run("rsa -in rsa2048.key -traditional -aes128 -passout pass:x -out rsa.legacy", "rsa.legacy");
  o.run("rsa -in rsa2048.key -traditional -des3 -passout pass:x -out rsa.des3", "rsa.des3");
  o.run("pkcs8 -topk8 -in rsa2048.key -passout pass:x -v2 aes-256-cbc -scrypt -out rsa.scrypt", "rsa.scrypt");
  // Texts around the blocks
  o.run(
    "pkcs12 -export -in under1.pem -inkey under1.key -certfile inter1.pem -name device -passout pass: -out all.p12",
  );
  o.run("pkcs12 -in all.p12 -nodes -passin pass: -out all.bags", "all.bags");
  o.run("x509 -in ec.pem -text -out ec.text", "ec.text");
  o.run("ec -in ec.key -text -out ec.key-text", "ec.key-text");
  o.run("x509 -in ec.pem -trustout -out ec.trusted", "ec.trusted");
  o.run("crl2pkcs7 -nocrl -certfile ec.pem -out ec.p7", "ec.p7");
  o.run("ecparam -name prime256v1 -out parameters", "parameters");
  return o;
}
