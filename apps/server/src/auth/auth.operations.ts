import { operation } from "../operations/operation.js";
import { integer, listOf, named, objectOf, optional, text, word } from "../shape/index.js";
import { SCOPES } from "./scopes.js";

const TAG = "Authentication";

const scopeWords = listOf(
  word([...SCOPES, "sync:read", "sync:write", "api:read", "api:write"], {
    description: "`sync:…` and `api:…` are other names of `read` and `write`.",
  }),
  { minItems: 1 },
);

export const createToken = operation({
  id: "createToken",
  method: "POST",
  path: "/v1/auth/token",
  tag: TAG,
  summary: "Exchange an API key for a JWT",
  description:
    "The token carries the key's user, tenant and scopes, or fewer scopes when asked for. It never outlives the key; " +
    "revoking the key does not end tokens that it was exchanged for before.",
  access: "authenticated",
  rate: "public",
  status: 200,
  changes: false,
  audited: true,
  bodyOptional: true,
  body: named(
    "CreateTokenRequest",
    objectOf(
      {
        expires_in: optional(
          integer({ minimum: 60, maximum: 86_400, description: "Seconds until the token ends. Default 3600." }),
        ),
        scopes: optional(scopeWords),
      },
      { hints: { ttl: "expires_in", expires: "expires_in", scope: "scopes" } },
    ),
  ),
  view: "token",
  errors: ["NOT_IMPLEMENTED"],
});

export const getIdentity = operation({
  id: "getIdentity",
  method: "GET",
  path: "/v1/auth/me",
  tag: TAG,
  summary: "Who the request speaks for",
  access: "authenticated",
  rate: "read",
  view: "identity",
});

export const createKey = operation({
  id: "createKey",
  method: "POST",
  path: "/v1/auth/keys",
  tag: TAG,
  summary: "Create an API key",
  description: "The answer holds the whole key; it can't be seen again.",
  access: "admin",
  rate: "write",
  status: 201,
  body: named(
    "CreateKeyRequest",
    objectOf(
      {
        name: text({ minLength: 1, maxLength: 200, example: "Production API Key" }),
        scopes: scopeWords,
        user_id: optional(text({ minLength: 1, maxLength: 200, description: "Default: the caller's." })),
        client_id: optional(text({ minLength: 1, maxLength: 200 })),
        tenant_id: optional(
          text({
            minLength: 1,
            maxLength: 200,
            description: "Default: the caller's. Others are for the server's own key.",
          }),
        ),
        expires_in: optional(
          integer({ minimum: 60, maximum: 315_360_000, description: "Seconds until the key ends. Default never." }),
        ),
      },
      { hints: { scope: "scopes", description: "name", tenant: "tenant_id", user: "user_id", ttl: "expires_in" } },
    ),
  ),
  view: "createdKey",
  holdsSecret: true,
  errors: ["TENANT_NOT_FOUND"],
});

export const listKeys = operation({
  id: "listKeys",
  method: "GET",
  path: "/v1/auth/keys",
  tag: TAG,
  summary: "List the tenant's API keys",
  description: "Revoked ones included, newest first; never the keys themselves.",
  access: "admin",
  rate: "read",
  view: "keyList",
});

export const revokeKey = operation({
  id: "revokeKey",
  method: "DELETE",
  path: "/v1/auth/keys/{key}",
  tag: TAG,
  summary: "Revoke an API key",
  description: "At once. The key stays in the list with the time of its revocation.",
  access: "admin",
  rate: "write",
  params: objectOf({ key: text({ description: "Id of the key.", example: "k_7f3k2m9q4w8x" }) }),
  view: "key",
  errors: ["KEY_NOT_FOUND"],
});
