import { timingSafeEqual } from "node:crypto";
import type { Repository } from "typeorm";
import type { Limits } from "../access/limits.js";
import { parseScopes, type Scope } from "../access/scopes.js";
import { ApiKeyEntity } from "../catalog/api-key.entity.js";
import { byAge } from "../catalog/by-age.js";
import type { Catalog } from "../catalog/catalog.js";
import type { TenantRegistry } from "../catalog/tenant-registry.js";
import { randomId, randomSecret, sha256 } from "../util/ids.js";
import { nowSeconds } from "../util/time.js";
import type { Identity } from "./identity.js";
import type { KeySecret } from "./jwt-manager.js";

const FORM = /^hdb_(k_[a-z0-9]{1,40})_[A-Za-z0-9_-]{16,128}$/;

/** A key given by the program or the configuration, of any form. */
export interface StaticKey {
  /** SHA-256 of the key, in hex. */
  readonly hash: string;
  readonly identity: Identity;
}

export interface NewKey extends Limits {
  readonly name: string;
  readonly userId: string;
  readonly tenantId: string;
  readonly clientId: string | null;
  readonly scopes: readonly Scope[];
  readonly expiresAt: number | null;
}

/** A key that may sign requests. */
export interface Signer {
  readonly identity: Identity;
  /** Of the signing secrets that hold, the newest first. */
  readonly versions: readonly number[];
}

/** A key with the text that is shown once. */
export interface MadeKey {
  readonly row: ApiKeyEntity;
  readonly secret: string;
}

/** A key that holds, found without its text. */
export interface LivingKey {
  readonly identity: Identity;
  /** SHA-256 of the key, in hex. */
  readonly hash: string;
}

/** A new key `hdb_<id>_<secret>`. */
export function makeKey(id: string): string {
  return `hdb_${id}_${randomSecret()}`;
}

/** Whether a key has been revoked or has come to its end. */
export function hasEnded(row: ApiKeyEntity): boolean {
  return row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt <= nowSeconds());
}

/** Every API key: those the server was started with, and those of the catalog. */
export class ApiKeys {
  private readonly statics: ReadonlyMap<string, StaticKey>;
  private readonly staticsById: ReadonlyMap<string, StaticKey>;

  constructor(
    private readonly catalog: Catalog,
    statics: readonly StaticKey[],
    /** Null where no other server can have keys. */
    private readonly registry: TenantRegistry | null = null,
  ) {
    this.statics = new Map(statics.map((key) => [key.hash, key]));
    this.staticsById = new Map(statics.map((key) => [key.identity.keyId!, key]));
  }

  /** The identity behind a key, or null when it is unknown, wrong, expired or revoked. */
  async verify(key: string, hash: string): Promise<Identity | null> {
    const known = this.statics.get(hash);
    if (known) return known.identity;
    const id = FORM.exec(key)?.[1];
    const row = id === undefined ? null : await this.keys((rows) => rows.findOneBy({ id }));
    if (!row) return null;
    if (isSame(row.hash, hash)) return standsFor(row, row.generation);
    return row.oldHash !== null && isSame(row.oldHash, hash) ? standsFor(row, row.generation - 1) : null;
  }

  /** The same by a secret's place in the key's life, for tokens and sessions that it was exchanged for. */
  async living({ id, generation }: KeySecret): Promise<LivingKey | null> {
    const known = this.staticsById.get(id);
    if (known) return generation === known.identity.generation ? known : null;
    const row = await this.keys((rows) => rows.findOneBy({ id }));
    const identity = row && standsFor(row, generation);
    return identity && { identity, hash: generation === row.generation ? row.hash : row.oldHash! };
  }

  /** A key of the catalog by its id, where it has a signing secret; null where it has none, is unknown or has ended. */
  async signer(id: string): Promise<Signer | null> {
    const row = await this.keys((rows) => rows.findOneBy({ id }));
    const identity = row && standsFor(row, row.generation);
    if (!identity || row.signingSince === null) return null;
    const isOldHeld = row.signingOldUntil !== null && row.signingOldUntil > nowSeconds();
    return { identity, versions: [row.signingVersion, ...(isOldHeld ? [row.signingVersion - 1] : [])] };
  }

  /** Whether an identity is of a key that the server was started with. */
  isStatic({ keyId }: Identity): boolean {
    return keyId !== null && this.staticsById.has(keyId);
  }

  /** The id of a key by its text; null for one that the catalog can't have. */
  static idOf(key: string): string | null {
    return FORM.exec(key)?.[1] ?? null;
  }

  /** The tenant of a key that the catalog has, whether or not it holds. */
  async tenantOf(id: string): Promise<string | null> {
    return (await this.keys((rows) => rows.findOneBy({ id })))?.tenantId ?? null;
  }

  /** Whose all keys are. */
  owners(): Promise<readonly { readonly id: string; readonly tenantId: string }[]> {
    return this.keys((rows) => rows.find({ select: { id: true, tenantId: true } }));
  }

  async create(key: NewKey): Promise<MadeKey> {
    const id = `k_${randomId(12)}`;
    const secret = makeKey(id);
    await this.registry?.addKey(id, key.tenantId);
    const row: ApiKeyEntity = {
      ...key,
      id,
      hash: sha256(secret),
      scopes: key.scopes.join(" "),
      createdAt: nowSeconds(),
      revokedAt: null,
      generation: 0,
      rotatedAt: null,
      oldHash: null,
      oldUntil: null,
      signingVersion: 0,
      signingSince: null,
      signingOldUntil: null,
    };
    await this.keys((rows) => rows.insert(row));
    return { row, secret };
  }

  list(tenantId: string): Promise<readonly ApiKeyEntity[]> {
    return this.keys((rows) => byAge(rows, { tenantId }, "DESC"));
  }

  /** Null when the tenant has no such key. */
  find(tenantId: string, id: string): Promise<ApiKeyEntity | null> {
    return this.keys((rows) => rows.findOneBy({ id, tenantId }));
  }

  async rename(row: ApiKeyEntity, name: string): Promise<ApiKeyEntity> {
    await this.keys((rows) => rows.update({ id: row.id }, { name }));
    return { ...row, name };
  }

  /** Gives a key a new secret; the one before holds for `graceSeconds` more. */
  async rotate(row: ApiKeyEntity, graceSeconds: number): Promise<MadeKey | null> {
    const now = nowSeconds();
    const secret = makeKey(row.id);
    const next = {
      hash: sha256(secret),
      generation: row.generation + 1,
      rotatedAt: now,
      oldHash: graceSeconds > 0 ? row.hash : null,
      oldUntil: graceSeconds > 0 ? now + graceSeconds : null,
    };
    // Of two rotations at once only one may win, or the other's caller would hold a secret that never held.
    const { id, generation } = row;
    const { affected } = await this.keys((rows) => rows.update({ id, generation }, next));
    return affected === 1 ? { row: { ...row, ...next }, secret } : null;
  }

  /**
   * Gives a key another version of its signing secret; the one before, if it has one, holds for `graceSeconds` more. Null
   * where another call was faster.
   */
  async nextSigningSecret(row: ApiKeyEntity, graceSeconds: number): Promise<ApiKeyEntity | null> {
    const now = nowSeconds();
    const next = {
      signingVersion: row.signingVersion + 1,
      signingSince: now,
      signingOldUntil: row.signingSince !== null && graceSeconds > 0 ? now + graceSeconds : null,
    };
    const { id, signingVersion } = row;
    const { affected } = await this.keys((rows) => rows.update({ id, signingVersion }, next));
    return affected === 1 ? { ...row, ...next } : null;
  }

  /** Ends all signing secrets of a key. Its next one is another version, so none of these comes back. */
  async endSigningSecrets(row: ApiKeyEntity): Promise<ApiKeyEntity> {
    const none = { signingSince: null, signingOldUntil: null };
    await this.keys((rows) => rows.update({ id: row.id }, none));
    return { ...row, ...none };
  }

  /** Revoking again changes nothing. */
  async revoke(row: ApiKeyEntity): Promise<ApiKeyEntity> {
    if (row.revokedAt !== null) return row;
    const revokedAt = nowSeconds();
    await this.keys((rows) => rows.update({ id: row.id }, { revokedAt }));
    return { ...row, revokedAt };
  }

  private keys<T>(work: (rows: Repository<ApiKeyEntity>) => Promise<T>): Promise<T> {
    return this.catalog.of(ApiKeyEntity, work);
  }
}

function isSame(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a, "hex"), Buffer.from(b, "hex"));
}

/** The key's identity by its secret of that generation; null when either has ended. */
function standsFor(row: ApiKeyEntity, generation: number): Identity | null {
  if (hasEnded(row)) return null;
  let expiresAt = row.expiresAt;
  if (generation !== row.generation) {
    if (generation !== row.generation - 1 || row.oldUntil === null || row.oldUntil <= nowSeconds()) return null;
    expiresAt = Math.min(row.oldUntil, expiresAt ?? row.oldUntil);
  }
  return {
    method: "api_key",
    userId: row.userId,
    tenantId: row.tenantId,
    clientId: row.clientId,
    scopes: parseScopes(row.scopes.split(" ")),
    role: null,
    keyId: row.id,
    name: row.name,
    expiresAt,
    rateKey: row.id,
    isServer: false,
    branches: row.branches,
    tables: row.tables,
    generation,
  };
}
