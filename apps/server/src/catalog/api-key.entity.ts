import { Column, Entity, PrimaryColumn } from "typeorm";

/** An API key. The key itself is not stored, only its SHA-256. */
@Entity("api_keys")
export class ApiKeyEntity {
  @PrimaryColumn("text")
  id!: string;

  /** SHA-256 of the whole key, in hex. */
  @Column("text")
  hash!: string;

  @Column("text")
  name!: string;

  /** A user of the catalog, whose role then limits the key, or any other text. */
  @Column("text", { name: "user_id" })
  userId!: string;

  /** The tenant's name, as in tokens. */
  @Column("text", { name: "tenant" })
  tenantId!: string;

  @Column("text", { name: "client_id", nullable: true })
  clientId!: string | null;

  /** Space-separated. */
  @Column("text")
  scopes!: string;

  /** Times are in seconds since 1970. */
  @Column("integer", { name: "created_at" })
  createdAt!: number;

  @Column("integer", { name: "expires_at", nullable: true })
  expiresAt!: number | null;

  @Column("integer", { name: "revoked_at", nullable: true })
  revokedAt!: number | null;

  /** The number of times that the secret was replaced: 0 is the first secret. */
  @Column("integer")
  generation!: number;

  @Column("integer", { name: "rotated_at", nullable: true })
  rotatedAt!: number | null;

  /** Hash of the previous secret, and the time until which it is still valid. */
  @Column("text", { name: "old_hash", nullable: true })
  oldHash!: string | null;

  @Column("integer", { name: "old_until", nullable: true })
  oldUntil!: number | null;

  /** Counts the signing secrets that the key has had: the first is 1. Only the newest holds, and for a while the one before. */
  @Column("integer", { name: "signing_version" })
  signingVersion!: number;

  /** When the newest was made; null where none holds. */
  @Column("integer", { name: "signing_since", nullable: true })
  signingSince!: number | null;

  /** Until when the one before it still holds. */
  @Column("integer", { name: "signing_old_until", nullable: true })
  signingOldUntil!: number | null;

  /** Globs of the only branches that the key sees; null means all. */
  @Column("simple-json", { nullable: true })
  branches!: readonly string[] | null;

  /** Names of the only tables that the key sees; null means all. */
  @Column("simple-json", { nullable: true })
  tables!: readonly string[] | null;
}
