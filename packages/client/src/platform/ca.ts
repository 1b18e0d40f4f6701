import { X509Certificate } from "node:crypto";
import type { ConnectionSettings } from "../transport/platform.js";

/** The TLS options of connections; throws TypeError for what is no certificate, which Node would pass over. */
export function trusted({ ca, baseUrl }: ConnectionSettings): { readonly ca?: string | Buffer } {
  if (ca === undefined) return {};
  if (new URL(baseUrl).protocol !== "https:") {
    throw new TypeError(`Invalid ca. Expected none for ${baseUrl}, which is not an https URL.`);
  }
  const pem = typeof ca === "string" ? ca : Buffer.from(ca);
  try {
    if (!pem.includes("-----BEGIN ")) throw new TypeError("no PEM");
    new X509Certificate(pem);
  } catch {
    throw new TypeError("Invalid ca. Expected one or more certificates in PEM form.");
  }
  return { ca: pem };
}
