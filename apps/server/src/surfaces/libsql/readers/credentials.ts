import type { Credential } from "../../../auth/credential.js";
import type { RequestHead } from "../../../http/surface/surface.js";

/** Clients can send a Bearer token and nothing else: it is a JWT, or a whole API key. */
export function readCredentials({ headers }: RequestHead): readonly Credential[] {
  const { authorization, "x-api-key": key } = headers;
  const [, bearer] = /^Bearer +([^\s]+) *$/i.exec(authorization ?? "") ?? [];
  if (bearer !== undefined) {
    return [
      { kind: "jwt", secret: bearer },
      { kind: "key", secret: bearer },
    ];
  }
  return typeof key === "string" && key !== "" ? [{ kind: "key", secret: key }] : [];
}
