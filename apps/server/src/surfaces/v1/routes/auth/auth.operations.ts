import { SCOPES } from "../../../../access/scopes.js";
import { integer, listOf, named, objectOf, optional, word } from "../../../../schema/index.js";
import { operation } from "../../operation/operation.js";

const TAG = "Authentication";

export const scopeWords = listOf(
  word([...SCOPES, "sync:read", "sync:write", "api:read", "api:write"], {
    description: "What the key may do. `sync:…` and `api:…` are other names for `read` and `write`.",
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
    "The token has the key's user, tenant and scopes, or fewer scopes if requested. It has the key's limits, and " +
    "is no longer valid when the key expires, is revoked, or gets a new secret.",
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
          integer({ minimum: 60, maximum: 86_400, description: "Seconds until the token expires. Default 3600." }),
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
  summary: "Get the caller's identity",
  access: "authenticated",
  rate: "read",
  view: "identity",
});
