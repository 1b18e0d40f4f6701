import type { Credential } from "../../../auth/credential.js";
import type { RequestHead } from "../../../http/surface/surface.js";

/** Basic, then X-API-Key, then Bearer: the first that a request has decides, and nothing else is tried. */
export function readCredentials({ headers }: RequestHead): readonly Credential[] {
  const { authorization, "x-api-key": key } = headers;
  const [, scheme, value = ""] = /^([A-Za-z]+) +(\S+) *$/.exec(authorization ?? "") ?? [];
  if (scheme?.toLowerCase() === "basic") return basic(value);
  if (typeof key === "string" && key !== "") return [{ kind: "key", secret: key }];
  if (scheme?.toLowerCase() !== "bearer") return [];
  // A token has three parts; any other text can only be a key.
  return [{ kind: value.split(".").length === 3 ? "jwt" : "key", secret: value }];
}

/** The password is an API key; the user is its id, its name or empty. */
function basic(value: string): readonly Credential[] {
  const text = Buffer.from(value, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 0 || colon === text.length - 1) return [];
  return [{ kind: "key", user: text.slice(0, colon), secret: text.slice(colon + 1) }];
}
