import { Column, Entity, PrimaryColumn } from "typeorm";

/** A webhook. Times are in microseconds since 1970. */
@Entity("webhooks")
export class WebhookEntity {
  @PrimaryColumn("text")
  id!: string;

  /** The tenant's internal id. */
  @Column("text")
  tenant!: string;

  @Column("text")
  url!: string;

  @Column("text", { nullable: true })
  description!: string | null;

  /** JSON: filters, the oldest first. */
  @Column("text")
  filters!: string;

  @Column("text")
  secret!: string;

  @Column("text", { name: "old_secret", nullable: true })
  oldSecret!: string | null;

  @Column("integer", { name: "old_secret_until", nullable: true })
  oldSecretUntil!: number | null;

  @Column("boolean")
  enabled!: boolean;

  @Column("text", { name: "disabled_reason", nullable: true })
  disabledReason!: string | null;

  @Column("integer", { name: "disabled_at", nullable: true })
  disabledAt!: number | null;

  @Column("integer", { name: "created_at" })
  createdAt!: number;

  @Column("integer", { name: "updated_at" })
  updatedAt!: number;

  @Column("integer", { name: "base_seq" })
  baseSeq!: number;

  @Column("integer", { name: "base_scn" })
  baseScn!: number;
}
