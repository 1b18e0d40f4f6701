import type { BackupInfo } from "@heliosdb/port";
import { SCOPES } from "../../../../access/scopes.js";
import type { IdentityInfo, IssuedToken } from "../../../../auth/identity-info.js";
import type { CreatedKey, CreatedSigningSecret, KeyInfo } from "../../../../auth/key-info.js";
import {
  boolean,
  described,
  listOf,
  named,
  nullable,
  objectOf,
  type Schema,
  text,
  word,
} from "../../../../schema/index.js";
import { integer } from "../../../../schema/scalars.js";
import type { ServerVersion } from "../../../../system/server-info.js";
import type { TenantInfo } from "../../../../tenants/tenant-info.js";
import type { UserInfo } from "../../../../users/user-info.js";
import { role } from "../../schemas/role.js";
import type { Results } from "../view/results.js";
import { type Views, view } from "../view/view.js";

type ControlNames =
  | "version"
  | "token"
  | "identity"
  | "key"
  | "createdKey"
  | "signingSecret"
  | "keyList"
  | "user"
  | "userList"
  | "tenant"
  | "tenantList"
  | "backup"
  | "backupList";

/** How a dialect writes a time that is known in seconds. */
export interface SecondsWriter<T> {
  readonly schema: Schema<T>;
  write(seconds: number): T;
}

const scopes = listOf(named("Scope", word(SCOPES)));
const limits = {
  branches: nullable(
    listOf(text({ example: "feature-*" }), { description: "Patterns of the branches that the key is limited to." }),
  ),
  tables: nullable(listOf(text({ example: "orders" }), { description: "The tables that the key is limited to." })),
};

/**
 * The responses about the server, its keys and its tenants. The documents don't have them (except the version), so the
 * dialects differ only in times.
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
      expires_in: integer({ description: "Seconds until it expires.", example: 3600 }),
      expires_at: time.schema,
      tenant_id: text(),
      scopes,
    }),
  );

  const identity = named(
    `${prefix}Identity`,
    objectOf({
      method: word(["jwt", "api_key", "none"], { description: "How the request was authenticated." }),
      user_id: text(),
      tenant_id: text({ example: "default" }),
      client_id: nullable(text()),
      scopes,
      role: nullable(described("Role of the user, if a user with that id exists; it limits the scopes.", role)),
      key_id: nullable(text({ example: "k_admin", description: "For a token: the key that was exchanged for it." })),
      name: nullable(text({ description: "Name of the key." })),
      expires_at: nullable(time.schema),
      ...limits,
    }),
  );

  const keyFields = {
    id: text({ example: "k_7f3k2m9q4w8x" }),
    name: text({ example: "Production API Key" }),
    user_id: text(),
    tenant_id: text({ example: "default" }),
    client_id: nullable(text()),
    scopes,
    created_at: time.schema,
    expires_at: nullable(time.schema),
    revoked_at: nullable(time.schema),
    rotated_at: nullable(described("When the secret was last replaced; null for never.", time.schema)),
    signing_secret_at: nullable(described("When the signing secret was created; null for none.", time.schema)),
    ...limits,
  };
  const key = named(`${prefix}ApiKey`, objectOf(keyFields));
  const createdKey = named(
    `${prefix}CreatedApiKey`,
    objectOf({ ...keyFields, key: described("The complete key. It is shown only once.", text()) }),
  );
  const signingSecret = named(
    `${prefix}SigningSecret`,
    objectOf({
      key_id: text({ example: "k_7f3k2m9q4w8x", description: "Sent as `X-API-Key` in signed requests." }),
      signing_secret: text({ description: "It is shown only once." }),
      created_at: time.schema,
    }),
  );
  const keyList = named(`${prefix}ApiKeyList`, objectOf({ total: integer(), keys: listOf(key) }));
  const user = named(
    `${prefix}User`,
    objectOf({
      id: text({ example: "alice@example.com" }),
      name: text({ example: "Alice" }),
      email: nullable(text()),
      role,
      disabled: boolean(),
      created_at: time.schema,
      updated_at: time.schema,
      disabled_at: nullable(time.schema),
    }),
  );
  const userList = named(`${prefix}UserList`, objectOf({ total: integer(), users: listOf(user) }));
  const tenant = named(`${prefix}Tenant`, objectOf({ name: text({ example: "tenant456" }), created_at: time.schema }));
  const tenantList = named(`${prefix}TenantList`, objectOf({ total: integer(), tenants: listOf(tenant) }));

  const backup = named(
    `${prefix}Backup`,
    objectOf({
      name: text({ example: "before-upgrade" }),
      path: text({
        description: "The folder on the server's machine.",
        example: "/var/lib/heliosdb/backups/before-upgrade",
      }),
      created_at: time.schema,
      databases: integer({ example: 1 }),
      files: integer({ example: 6 }),
      size_bytes: integer({ example: 1048576 }),
    }),
  );
  const backupList = named(`${prefix}BackupList`, objectOf({ total: integer(), backups: listOf(backup) }));
  const presentBackup = (info: BackupInfo) => ({
    name: info.name,
    path: info.location,
    created_at: time.write(info.createdAt),
    databases: info.databases,
    files: info.files,
    size_bytes: info.bytes,
  });

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
    rotated_at: maybe(info.rotatedAt),
    signing_secret_at: maybe(info.signingSince),
    branches: info.branches,
    tables: info.tables,
  });
  const presentUser = (info: UserInfo) => ({
    id: info.id,
    name: info.name,
    email: info.email,
    role: info.role,
    disabled: info.disabledAt !== null,
    created_at: time.write(info.createdAt),
    updated_at: time.write(info.updatedAt),
    disabled_at: maybe(info.disabledAt),
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
      role: info.role,
      key_id: info.keyId,
      name: info.name,
      expires_at: maybe(info.expiresAt),
      branches: info.branches,
      tables: info.tables,
    })),
    key: view(key, presentKey),
    createdKey: view(createdKey, (made: CreatedKey) => ({ ...presentKey(made.key), key: made.secret })),
    signingSecret: view(signingSecret, (made: CreatedSigningSecret) => ({
      key_id: made.keyId,
      signing_secret: made.secret,
      created_at: time.write(made.createdAt),
    })),
    keyList: view(keyList, (keys: Results["keyList"]) => ({ total: keys.length, keys: keys.map(presentKey) })),
    user: view(user, presentUser),
    userList: view(userList, (users: Results["userList"]) => ({ total: users.length, users: users.map(presentUser) })),
    backup: view(backup, presentBackup),
    backupList: view(backupList, (backups: Results["backupList"]) => ({
      total: backups.length,
      backups: backups.map(presentBackup),
    })),
    tenant: view(tenant, presentTenant),
    tenantList: view(tenantList, (tenants: Results["tenantList"]) => ({
      total: tenants.length,
      tenants: tenants.map(presentTenant),
    })),
  };
}
