import type { X509Certificate } from "node:crypto";
import type { Config, RunningServer } from "./index.js";

/** The lines that a started server prints. The last one works when pasted, also with a certificate for another name. */
export function greeting(config: Config, { url, adminKey, certificate }: RunningServer): string {
  // A browser or curl on this machine can't connect to "every address".
  const near = url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:");
  const { base, curl } = certificate ? secured(near, certificate, config.tlsCert!) : { base: near, curl: ["curl"] };
  const lines = [`HeliosDB listens on ${url}`];
  if (certificate) lines.push(`TLS certificate: ${config.tlsCert}, valid until ${dayOf(certificate)}`);
  if (config.console === "on") lines.push(`Console: ${base}/console`);
  lines.push(`API documentation: ${base}/v1/docs`);
  let request = [`${base}/v1/branches`];
  if (config.auth === "off") {
    lines.push("Authentication is off: every program on this machine can do everything");
  } else if (adminKey) {
    if (adminKey.made) lines.push(`Admin API key, shown only this once: ${adminKey.made}`);
    lines.push(`Admin API key is kept in: ${adminKey.file}`);
    request = [`-H "X-API-Key: $(cat ${quoted(adminKey.file)})"`, ...request];
  } else {
    // A key that was configured by somebody else must not be printed.
    lines.push("Admin API key: the one in HELIOSDB_ADMIN_API_KEY or --admin-api-key");
    request = [`${base}/version`];
  }
  return [...lines, `Try: ${[...curl, ...request].join(" ")}`].join("\n");
}

/** The address by a name that the certificate has, and curl with the options that it needs for it. */
function secured(url: string, certificate: X509Certificate, file: string): { base: string; curl: string[] } {
  const [, address = "", port] = /^https:\/\/\[?(.+?)\]?:(\d+)$/.exec(url) ?? [];
  const isSelfSigned = certificate.checkIssued(certificate);
  const curl = isSelfSigned ? ["curl", "--cacert", quoted(file)] : ["curl"];
  if (certificate.checkIP(address) || certificate.checkHost(address)) return { base: url, curl };
  const name = certificate.checkHost("localhost") ?? /DNS:([\w.-]+)(?:,|$)/.exec(certificate.subjectAltName ?? "")?.[1];
  if (name === undefined) return { base: url, curl };
  return { base: `https://${name}:${port}`, curl: [...curl, "--resolve", `${name}:${port}:${address}`] };
}

function dayOf({ validTo }: X509Certificate): string {
  return new Date(validTo).toISOString().slice(0, 10);
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
