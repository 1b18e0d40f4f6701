import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";

/** False without openssl, which makes the certificates of these tests; in CI that is a failure. */
export function hasOpenssl(): boolean {
  if (spawnSync("openssl", ["version"]).status === 0) return true;
  if (process.env.CI) throw new Error("openssl is needed by these tests and is not installed");
  console.warn("Skipped: openssl is not installed");
  return false;
}

export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

const THIS_MACHINE = "DNS:localhost,IP:127.0.0.1,IP:::1";

/** A certificate, signed by a CA or by itself; `name` tells two of them apart. */
export function makeCertificate(
  folder: string,
  name: string,
  by: CertificateFiles | null,
  names = THIS_MACHINE,
): CertificateFiles {
  return make(folder, name, ["-addext", `subjectAltName=${names}`, ...(by ? ["-CA", by.cert, "-CAkey", by.key] : [])]);
}

/** A CA of the test's own. */
export function makeCa(folder: string): CertificateFiles {
  return make(folder, "ca", ["-addext", "basicConstraints=critical,CA:TRUE"]);
}

/** The same key behind a passphrase. */
export function encrypted({ key }: CertificateFiles): string {
  const out = `${key}.encrypted`;
  run(["pkey", "-in", key, "-aes256", "-passout", "pass:secret", "-out", out]);
  return out;
}

function make(folder: string, name: string, more: string[]): CertificateFiles {
  const files = { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-keyout", files.key];
  run(["req", "-x509", ...key, "-out", files.cert, "-days", "2", "-subj", `/CN=${name}`, ...more]);
  return files;
}

function run(args: string[]): void {
  execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
}
