import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { UsageError } from "../errors/exit-codes.js";

/** The certificates of `--ca`, else of HELIOSDB_CA for a server with HTTPS; undefined for the usual ones. */
export function caFor(option: string | undefined, url: string): Buffer | undefined {
  const isSecure = /^https:/i.test(url);
  if (option && !isSecure) throw new UsageError(`--ca is for an https URL, but the server is ${url}.`);
  const file = option || (isSecure ? process.env.HELIOSDB_CA : undefined);
  if (!file) return undefined;
  const from = option ? "--ca" : "HELIOSDB_CA";
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`The CA file ${file} can't be read (${code ?? message}; from ${from}).`);
  }
  if (isCertificate(bytes)) return bytes;
  throw new UsageError(`${file} has no certificate in PEM form (from ${from}).`);
}

function isCertificate(bytes: Buffer): boolean {
  try {
    return bytes.includes("-----BEGIN ") && new X509Certificate(bytes).subject !== null;
  } catch {
    return false;
  }
}
