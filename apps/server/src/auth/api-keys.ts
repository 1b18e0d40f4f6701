import { timingSafeEqual } from "node:crypto";
import type { DataSource } from "typeorm";
import { ApiKeyEntity } from "../catalog/api-key.entity.js";
import { randomId, randomSecret, sha256 } from "../util/ids.js";
import { nowSeconds } from "../util/time.js";
import type { Identity } from "./identity.js";
import { parseScopes, type Scope } from "./scopes.js";

const FORM = /^hdb_(k_[a-z0-9]{1,40})_[A-Za-z0-9_-]{16,128}$/;

/** A key given by the program or the configuration, of any form. */
export interface StaticKey {
  /** SHA-256 of the key, in hex. */
  readonly hash: string;
  readonly identity: Identity;
}

export interface NewKey {
  readonly name: string;
  readonly userId: string;
  readonly tenantId: string;
  readonly clientId: string | null;
  readonly scopes: readonly Scope[];
  readonly expiresAt: number | null;
}

/** A new key `hdb_<id>_<secret>`. */
export function makeKey(id: string): string {
  return `hdb_${id}_${randomSecret()}`;
}

/** Every API key: those the server was started with, and those of the catalog. */
export class ApiKeys {
  private readonly statics: ReadonlyMap<string, StaticKey>;

  constructor(
    private readonly catalog: DataSource,
    statics: readonly StaticKey[],
  ) {
    this.statics = new Map(statics.map((key) => [key.hash, key]));
  }

  /** The identity behind a key, or null when it is unknown, wrong, expired or revoked. */
  async verify(key: string, hash: string): Promise<Identity | null> {
    const known = this.statics.get(hash);
    if (known) return known.identity;
    const id = FORM.exec(key)?.[1];
    if (id === undefined) return null;
    const row = await this.catalog.getRepository(ApiKeyEntity).findOneBy({ id });
    if (!row || !timingSafeEqual(Buffer.from(row.hash, "hex"), Buffer.from(hash, "hex"))) return null;
    if (row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt <= nowSeconds())) return null;
    return identityOf(row);
  }

  async create(key: NewKey): Promise<{ readonly row: ApiKeyEntity; readonly secret: string }> {
    const id = `k_${randomId(12)}`;
    const secret = makeKey(id);
    const repository = this.catalog.getRepository(ApiKeyEntity);
    const row = repository.create({
      ...key,
      id,
      hash: sha256(secret),
      scopes: key.scopes.join(" "),
      createdAt: nowSeconds(),
      revokedAt: null,
    });
    await repository.insert(row);
    return { row, secret };
  }

  list(tenantId: string): Promise<readonly ApiKeyEntity[]> {
    return this.catalog
      .getRepository(ApiKeyEntity)
      .find({ where: { tenantId }, order: { createdAt: "DESC", id: "ASC" } });
  }

  /** The revoked key, or null when the tenant has no such key. Revoking again changes nothing. */
  async revoke(tenantId: string, id: string): Promise<ApiKeyEntity | null> {
    const repository = this.catalog.getRepository(ApiKeyEntity);
    const row = await repository.findOneBy({ id, tenantId });
    if (!row) return null;
    if (row.revokedAt === null) {
      row.revokedAt = nowSeconds();
      await repository.save(row);
    }
    return row;
  }
}

function identityOf(row: ApiKeyEntity): Identity {
  return {
    method: "api_key",
    userId: row.userId,
    tenantId: row.tenantId,
    clientId: row.clientId,
    scopes: parseScopes(row.scopes.split(" ")),
    keyId: row.id,
    name: row.name,
    expiresAt: row.expiresAt,
    rateKey: row.id,
    isServer: false,
  };
}
