import { Column, Entity, PrimaryColumn } from "typeorm";

/** The outcome of a request with an Idempotency-Key. */
@Entity("idempotency_keys")
export class IdempotencyEntity {
  /** SHA-256 of tenant, caller and key, in hex. */
  @PrimaryColumn("text")
  id!: string;

  /** The tenant's internal id. */
  @Column("text")
  tenant!: string;

  /** SHA-256 of method, path, query and body, in hex. */
  @Column("text")
  fingerprint!: string;

  /** JSON: a RecordedOutcome. */
  @Column("text")
  outcome!: string;

  /** Seconds since 1970. */
  @Column("integer", { name: "created_at" })
  createdAt!: number;
}
