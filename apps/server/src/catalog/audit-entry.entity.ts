import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

/** An entry of the audit log. Triggers refuse changes. */
@Entity("audit_log")
export class AuditEntryEntity {
  @PrimaryGeneratedColumn()
  id!: number;

  /** Microseconds since 1970. */
  @Column("integer")
  at!: number;

  /** The tenant's internal id. */
  @Column("text")
  tenant!: string;

  @Column("text", { name: "user_id" })
  userId!: string;

  @Column("text", { name: "key_id", nullable: true })
  keyId!: string | null;

  @Column("text", { name: "client_id", nullable: true })
  clientId!: string | null;

  @Column("text")
  method!: "jwt" | "api_key" | "none";

  @Column("text")
  address!: string;

  @Column("text")
  operation!: string;

  @Column("text", { nullable: true })
  branch!: string | null;

  @Column("text", { nullable: true })
  object!: string | null;

  @Column("integer", { nullable: true })
  scn!: number | null;

  @Column("integer")
  status!: number;

  @Column("text", { nullable: true })
  code!: string | null;

  @Column("boolean")
  replayed!: boolean;

  @Column("text", { name: "request_id" })
  requestId!: string;

  @Column("text", { name: "trace_id" })
  traceId!: string;
}
