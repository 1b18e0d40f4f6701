import { Column, Entity, PrimaryColumn } from "typeorm";

/** An API key. The key itself is not here, only its SHA-256. */
@Entity("api_keys")
export class ApiKeyEntity {
  @PrimaryColumn("text")
  id!: string;

  /** SHA-256 of the whole key, in hex. */
  @Column("text")
  hash!: string;

  @Column("text")
  name!: string;

  @Column("text", { name: "user_id" })
  userId!: string;

  /** The tenant's name, as tokens have it. */
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
}
