import { SCOPES } from "../auth/scopes.js";
import { described, listOf, named, nullable, objectOf, type Shape, text, word } from "../shape/index.js";
import { integer } from "../shape/scalars.js";
import type { CreatedKey, Domain, IdentityInfo, IssuedToken, KeyInfo, ServerVersion, TenantInfo } from "./domain.js";
import { type Views, view } from "./view.js";

type ControlNames = "version" | "token" | "identity" | "key" | "createdKey" | "keyList" | "tenant" | "tenantList";

/** How a dialect writes a moment that is known to the second. */
export interface SecondsWriter<T> {
  readonly shape: Shape<T>;
  write(seconds: number): T;
}

const scopes = listOf(named("Scope", word(SCOPES)));

/**
 * The answers about the server, its keys and its tenants. The documents do not name them (but for the version), so the
 * dialects differ in their times alone.
 */
export function controlViews<T>(prefix: string, time: SecondsWriter<T>): Pick<Views, ControlNames> {
  const maybe = (seconds: number | null): T | null => (seconds === null ? null : time.write(seconds));

  const version = named(
    `${prefix}Version`,
    objectOf({
      name: text({ example: "HeliosDB-Lite" }),
      version: text({ example: "0.1.0" }),
      api_version: text({ example: "v1" }),
    }),
  );

  const token = named(
    `${prefix}Token`,
    objectOf({
      token: text({ description: "The JWT, for `Authorization: Bearer`." }),
      token_type: word(["Bearer"]),
      expires_in: integer({ description: "Seconds until it ends.", example: 3600 }),
      expires_at: time.shape,
      tenant_id: text(),
      scopes,
    }),
  );

  const identity = named(
    `${prefix}Identity`,
    objectOf({
      method: word(["jwt", "api_key", "none"], { description: "What the request was authenticated by." }),
      user_id: text(),
      tenant_id: text({ example: "default" }),
      client_id: nullable(text()),
      scopes,
      key_id: nullable(text({ example: "k_admin" })),
      name: nullable(text({ description: "The name that the key was given." })),
      expires_at: nullable(time.shape),
    }),
  );

  const keyFields = {
    id: text({ example: "k_7f3k2m9q4w8x" }),
    name: text({ example: "Production API Key" }),
    user_id: text(),
    tenant_id: text({ example: "default" }),
    client_id: nullable(text()),
    scopes,
    created_at: time.shape,
    expires_at: nullable(time.shape),
    revoked_at: nullable(time.shape),
  };
  const key = named(`${prefix}ApiKey`, objectOf(keyFields));
  const createdKey = named(
    `${prefix}CreatedApiKey`,
    objectOf({ ...keyFields, key: described("The whole key. It is shown this once.", text()) }),
  );
  const keyList = named(`${prefix}ApiKeyList`, objectOf({ total: integer(), keys: listOf(key) }));
  const tenant = named(`${prefix}Tenant`, objectOf({ name: text({ example: "tenant456" }), created_at: time.shape }));
  const tenantList = named(`${prefix}TenantList`, objectOf({ total: integer(), tenants: listOf(tenant) }));

  const presentKey = (info: KeyInfo) => ({
    id: info.id,
    name: info.name,
    user_id: info.userId,
    tenant_id: info.tenantId,
    client_id: info.clientId,
    scopes: info.scopes,
    created_at: time.write(info.createdAt),
    expires_at: maybe(info.expiresAt),
    revoked_at: maybe(info.revokedAt),
  });
  const presentTenant = (info: TenantInfo) => ({ name: info.name, created_at: time.write(info.createdAt) });

  return {
    version: view(version, (info: ServerVersion) => ({
      name: info.name,
      version: info.version,
      api_version: info.apiVersion,
    })),
    token: view(token, (issued: IssuedToken) => ({
      token: issued.token,
      token_type: "Bearer" as const,
      expires_in: issued.expiresIn,
      expires_at: time.write(issued.expiresAt),
      tenant_id: issued.tenantId,
      scopes: issued.scopes,
    })),
    identity: view(identity, (info: IdentityInfo) => ({
      method: info.method,
      user_id: info.userId,
      tenant_id: info.tenantId,
      client_id: info.clientId,
      scopes: info.scopes,
      key_id: info.keyId,
      name: info.name,
      expires_at: maybe(info.expiresAt),
    })),
    key: view(key, presentKey),
    createdKey: view(createdKey, (made: CreatedKey) => ({ ...presentKey(made.key), key: made.secret })),
    keyList: view(keyList, (keys: Domain["keyList"]) => ({ total: keys.length, keys: keys.map(presentKey) })),
    tenant: view(tenant, presentTenant),
    tenantList: view(tenantList, (tenants: Domain["tenantList"]) => ({
      total: tenants.length,
      tenants: tenants.map(presentTenant),
    })),
  };
}
