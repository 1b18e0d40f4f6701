import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { UsageError } from "../errors/exit-codes.js";

/** A file of CA certificates, and where it was named, for people. */
export interface CaFile {
  readonly file: string;
  readonly from: string;
}

/**
 * The file of `--ca`; else, for a server with HTTPS, that of HELIOSDB_CA or the saved one; null for the usual CAs.
 * @param isAsked the login with the saved one was asked for by name, so the environment doesn't count
 */
export function caFile(option: string | undefined, url: string, saved: CaFile | null, isAsked: boolean): CaFile | null {
  const isSecure = /^https:/i.test(url);
  if (option && !isSecure) throw new UsageError(`--ca is for an https URL, but the server is ${url}.`);
  if (option) return { file: option, from: "--ca" };
  if (!isSecure) return null;
  const given = isAsked && saved !== null ? undefined : process.env.HELIOSDB_CA;
  return given ? { file: given, from: "HELIOSDB_CA" } : saved;
}

/** Throws UsageError for a file that can't be read or has no certificate. */
export function readCa({ file, from }: CaFile): Buffer {
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
