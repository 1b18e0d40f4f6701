import type { Credential } from "../../../auth/credential.js";
import type { RequestHead } from "../../../http/surface/surface.js";

/** The header as it was sent; undefined where there is none. */
export function sessionKey({ headers }: Pick<RequestHead, "headers">): string | undefined {
  const key = headers["x-api-key"];
  return typeof key === "string" ? key : undefined;
}

/** A session is the only credential. */
export function readCredentials(head: RequestHead): readonly Credential[] {
  const secret = sessionKey(head);
  return secret === undefined ? [] : [{ kind: "session", secret }];
}
