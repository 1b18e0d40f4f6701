import { Column, Entity, PrimaryColumn } from "typeorm";

/** A tenant: its public name, and the internal id that names its database's folder. */
@Entity("tenants")
export class TenantEntity {
  @PrimaryColumn("text")
  directory!: string;

  @Column("text", { unique: true })
  name!: string;

  /** Seconds since 1970. */
  @Column("integer", { name: "created_at" })
  createdAt!: number;

  /** It is being moved to another server, and is not served here. */
  @Column("boolean", { default: false })
  departing!: boolean;
}
