import type { IncomingHttpHeaders } from "node:http";
import type { Credential } from "../../../auth/credential.js";
import type { RequestHead } from "../../../http/surface/surface.js";
import { isSigned } from "./signature.js";

const BEARER = /^Bearer(?: +([^\s]+) *)?$/i;

/**
 * The secret that a request sends: its Bearer credential, a JWT or a whole API key, else its API key. There is no second
 * try with another header. A signed request sends none.
 */
export function readCredentials({ headers }: RequestHead): readonly Credential[] {
  if (isSigned(headers)) return [];
  const bearer = bearerOf(headers);
  if (bearer !== undefined) {
    return bearer === ""
      ? []
      : [
          { kind: "jwt", secret: bearer },
          { kind: "key", secret: bearer },
        ];
  }
  const { "x-api-key": key } = headers;
  return typeof key === "string" && key !== "" ? [{ kind: "key", secret: key }] : [];
}

/** Undefined where another scheme is named, or none. */
function bearerOf({ authorization }: IncomingHttpHeaders): string | undefined {
  const match = authorization === undefined ? null : BEARER.exec(authorization);
  return match ? (match[1] ?? "") : undefined;
}
