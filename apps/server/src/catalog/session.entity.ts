import { Column, Entity, PrimaryColumn } from "typeorm";

/** A session that an API key has opened. Times are in milliseconds since 1970. */
@Entity("sessions")
export class SessionEntity {
  /** SHA-256 of the session's secret, in hex. */
  @PrimaryColumn("text")
  id!: string;

  @Column("text", { name: "key_id" })
  keyId!: string;

  /** Which of the key's secrets logged in. */
  @Column("integer")
  generation!: number;

  /** SHA-256 of the session's secret with the key's hash, in hex. */
  @Column("text")
  binding!: string;

  @Column("integer", { name: "created_at" })
  createdAt!: number;

  @Column("integer", { name: "expires_at" })
  expiresAt!: number;
}
