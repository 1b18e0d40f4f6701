import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";

/** Where a certificate, with the others of its chain behind it, and its private key are kept, in PEM form. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** The bytes of both files, as read. */
export interface TlsBytes {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** A certificate with its key, which belong together. */
export interface CertificatePair extends TlsBytes {
  readonly x509: X509Certificate;
  readonly validFrom: Date;
  readonly validTo: Date;
}

/** Files that no server can use; the message names the file and is shown as it is. */
export class CertificateError extends Error {
  override readonly name = "CertificateError";
}

export const MIN_VERSION = "TLSv1.2";

/** Throws CertificateError where one can't be read. */
export async function readTlsFiles(files: TlsFiles): Promise<TlsBytes> {
  const [cert, key] = await Promise.all([readBytes("certificate", files.cert), readBytes("private key", files.key)]);
  return { cert, key };
}

/** Throws CertificateError where they are no certificate and its key, or OpenSSL refuses them. */
export function checkPair({ cert, key }: TlsBytes, files: TlsFiles): CertificatePair {
  const x509 = certificateOf(cert, files.cert);
  if (!x509.checkPrivateKey(privateKeyOf(key, files.key))) {
    throw new CertificateError(`The TLS private key ${files.key} doesn't belong to the certificate ${files.cert}.`);
  }
  try {
    createSecureContext({ cert, key, minVersion: MIN_VERSION });
  } catch (error) {
    throw new CertificateError(`The TLS certificate ${files.cert} can't be used: ${(error as Error).message}`);
  }
  return { cert, key, x509, validFrom: new Date(x509.validFrom), validTo: new Date(x509.validTo) };
}

async function readBytes(what: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CertificateError(
      `The TLS ${what} ${path} can't be read (${code ?? message}). Expected a file in PEM form.`,
    );
  }
}

function certificateOf(bytes: Buffer, path: string): X509Certificate {
  try {
    if (bytes.includes("-----BEGIN ")) return new X509Certificate(bytes);
  } catch {
    // The message below says it better than OpenSSL.
  }
  throw new CertificateError(`The TLS certificate ${path} has no certificate in PEM form.`);
}

function privateKeyOf(bytes: Buffer, path: string): KeyObject {
  const text = bytes.toString("latin1");
  if (/-----BEGIN ENCRYPTED |^Proc-Type:.*ENCRYPTED/m.test(text)) {
    throw new CertificateError(
      `The TLS private key ${path} is encrypted. Expected one without a passphrase, as "openssl pkey -in ${path}" prints it.`,
    );
  }
  try {
    return createPrivateKey(bytes);
  } catch {
    throw new CertificateError(`The TLS private key ${path} has no private key in PEM form.`);
  }
}
