import { AuthenticationError, isHeliosDBError } from "@heliosdb/client";

/** OpenSSL's words for a certificate whose CA is unknown. */
const UNKNOWN_CA = [
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
];

/** What to do about a failed request where its error doesn't say it; null for other errors. */
export function adviceFor(
  error: unknown,
  { url, apiKey }: { readonly url: string; readonly apiKey: string | undefined },
): string | null {
  if (hasCode(error, UNKNOWN_CA)) {
    return "Nobody that this machine trusts signed the server's certificate. If it is yours, name the file of its CA with --ca or HELIOSDB_CA.";
  }
  if (hasCode(error, ["ECONNREFUSED"])) {
    return `No server listens at ${url}. "helios serve" starts one; --url names another.`;
  }
  if (error instanceof AuthenticationError && error.status === 401 && apiKey === undefined) {
    return `No API key was sent. Save one with "helios login --url ${url} --api-key - < data/admin.key", or set HELIOSDB_API_KEY. The server made that file in its folder at its first start.`;
  }
  if (isHeliosDBError(error, "MERGE_CONFLICT")) {
    return "Decide on each with --interactive or --resolve, or on all with --strategy source_wins or target_wins.";
  }
  return null;
}

/** Whether an error, or one that caused it, has one of these codes. */
function hasCode(error: unknown, codes: readonly string[]): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (codes.includes(String((at as { code?: unknown }).code))) return true;
  }
  return false;
}
