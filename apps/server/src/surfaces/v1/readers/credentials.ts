import type { Credential } from "../../../auth/credential.js";
import type { RequestHead } from "../../../http/surface/surface.js";

/** A Bearer JWT first; if it fails or is missing, the API key. */
export function readCredentials({ headers }: RequestHead): readonly Credential[] {
  const { authorization, "x-api-key": key } = headers;
  const credentials: Credential[] = [];
  const token = authorization === undefined ? undefined : /^Bearer +([^\s]+) *$/i.exec(authorization)?.[1];
  if (token !== undefined) credentials.push({ kind: "jwt", secret: token });
  if (typeof key === "string" && key !== "") credentials.push({ kind: "key", secret: key });
  return credentials;
}
