import { Column, Entity, PrimaryColumn } from "typeorm";

/** A tenant: its public name, and the internal id that its database's folder is called by. */
@Entity("tenants")
export class TenantEntity {
  @PrimaryColumn("text")
  directory!: string;

  @Column("text", { unique: true })
  name!: string;

  /** Seconds since 1970. */
  @Column("integer", { name: "created_at" })
  createdAt!: number;
}
