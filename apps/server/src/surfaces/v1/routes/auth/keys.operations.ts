import { integer, named, objectOf, optional, text, withDefault } from "../../../../schema/index.js";
import { operation } from "../../operation/operation.js";
import { limitedBranches, limitedTables } from "../../schemas/key-limits.js";
import { scopeWords } from "./auth.operations.js";

const TAG = "Authentication";
const PATH = "/v1/auth/keys";

const name = text({ minLength: 1, maxLength: 200, example: "Production API Key" });
const keyPath = objectOf({ key: text({ description: "Id of the key.", example: "k_7f3k2m9q4w8x" }) });

export const createKey = operation({
  id: "createKey",
  method: "POST",
  path: PATH,
  tag: TAG,
  summary: "Create an API key",
  description: "The response has the complete key, which is never shown again.",
  access: "admin",
  rate: "write",
  status: 201,
  body: named(
    "CreateKeyRequest",
    objectOf(
      {
        name,
        scopes: scopeWords,
        user_id: optional(
          text({
            minLength: 1,
            maxLength: 200,
            description: "User that the key belongs to. The user's role limits the key. Default: the caller's user.",
          }),
        ),
        client_id: optional(text({ minLength: 1, maxLength: 200 })),
        tenant_id: optional(
          text({
            minLength: 1,
            maxLength: 200,
            description: "Tenant of the key. Any other needs the server's own key. Default: the caller's tenant.",
          }),
        ),
        expires_in: optional(
          integer({ minimum: 60, maximum: 315_360_000, description: "Seconds until the key expires. Default: never." }),
        ),
        branches: optional(limitedBranches),
        tables: optional(limitedTables),
      },
      {
        hints: {
          scope: "scopes",
          description: "name",
          tenant: "tenant_id",
          user: "user_id",
          ttl: "expires_in",
          branch: "branches",
          table: "tables",
        },
      },
    ),
  ),
  view: "createdKey",
  holdsSecret: true,
  errors: ["FIELD_CONFLICT", "TENANT_NOT_FOUND"],
});

export const listKeys = operation({
  id: "listKeys",
  method: "GET",
  path: PATH,
  tag: TAG,
  summary: "List the tenant's API keys",
  description: "Includes revoked keys, newest first. The secrets are never shown.",
  access: "admin",
  rate: "read",
  view: "keyList",
});

export const getKey = operation({
  id: "getKey",
  method: "GET",
  path: `${PATH}/{key}`,
  tag: TAG,
  summary: "Get an API key",
  description: "Its permissions and expiry. The secret is never shown.",
  access: "admin",
  rate: "read",
  params: keyPath,
  view: "key",
  errors: ["KEY_NOT_FOUND"],
});

export const updateKey = operation({
  id: "updateKey",
  method: "PATCH",
  path: `${PATH}/{key}`,
  tag: TAG,
  summary: "Rename an API key",
  description: "A key's permissions can't be changed. For other permissions, create another key.",
  access: "admin",
  rate: "write",
  params: keyPath,
  body: named("UpdateKeyRequest", objectOf({ name }, { hints: { description: "name", new_name: "name" } })),
  view: "key",
  errors: ["KEY_NOT_FOUND"],
});

export const rotateKey = operation({
  id: "rotateKey",
  method: "POST",
  path: `${PATH}/{key}/rotate`,
  tag: TAG,
  summary: "Give an API key a new secret",
  description:
    "Id and permissions stay. The old secret and its tokens become invalid at once, or after `grace`. The response has " +
    "the complete key, which is never shown again.",
  access: "admin",
  rate: "write",
  params: keyPath,
  bodyOptional: true,
  body: named(
    "RotateKeyRequest",
    objectOf(
      {
        grace: withDefault(
          integer({
            minimum: 0,
            maximum: 604_800,
            description: "Seconds for which the old secret stays valid, so that programs can switch to the new one.",
          }),
          0,
        ),
      },
      { hints: { grace_seconds: "grace", grace_period: "grace", expires_in: "grace" } },
    ),
  ),
  view: "createdKey",
  holdsSecret: true,
  errors: ["KEY_NOT_FOUND", "KEY_ENDED"],
});

export const createSigningSecret = operation({
  id: "createSigningSecret",
  method: "POST",
  path: `${PATH}/{key}/signing-secret`,
  tag: TAG,
  summary: "Give an API key a signing secret",
  description:
    "The secret with which requests of the SQLExec API are signed in place of sending the key. If the key has one, the new " +
    "one replaces it, at once or after `grace`. It is shown only in this response.",
  access: "admin",
  rate: "write",
  status: 201,
  params: keyPath,
  bodyOptional: true,
  body: named(
    "CreateSigningSecretRequest",
    objectOf(
      {
        grace: withDefault(
          integer({
            minimum: 0,
            maximum: 604_800,
            description: "Seconds for which the signing secret before this one stays valid.",
          }),
          0,
        ),
      },
      { hints: { grace_seconds: "grace", grace_period: "grace" } },
    ),
  ),
  view: "signingSecret",
  holdsSecret: true,
  errors: ["KEY_NOT_FOUND", "KEY_ENDED", "NOT_IMPLEMENTED"],
});

export const revokeSigningSecret = operation({
  id: "revokeSigningSecret",
  method: "DELETE",
  path: `${PATH}/{key}/signing-secret`,
  tag: TAG,
  summary: "Revoke the signing secrets of an API key",
  description: "Requests signed with them are refused at once. The key itself stays valid.",
  access: "admin",
  rate: "write",
  params: keyPath,
  view: "key",
  errors: ["KEY_NOT_FOUND"],
});

export const revokeKey = operation({
  id: "revokeKey",
  method: "DELETE",
  path: `${PATH}/{key}`,
  tag: TAG,
  summary: "Revoke an API key",
  description:
    "The key and its tokens become invalid at once. The key stays in the list with the time of its revocation.",
  access: "admin",
  rate: "write",
  params: keyPath,
  view: "key",
  errors: ["KEY_NOT_FOUND"],
});
