/** OpenSSL's words for a certificate whose CA is unknown. */
const UNKNOWN_CA = [
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
];

export const UNTRUSTED_ADVICE =
  "Nobody that this machine trusts signed the server's certificate. If it is yours, name the file of its CA with --ca or HELIOSDB_CA.";

/** True if a request failed because the server's certificate is signed by an unknown CA. */
export function isUntrusted(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (UNKNOWN_CA.includes(String((at as { code?: unknown }).code))) return true;
  }
  return false;
}
