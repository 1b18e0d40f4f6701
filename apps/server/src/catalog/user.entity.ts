import { Column, Entity, PrimaryColumn } from "typeorm";
import type { Role } from "../access/roles.js";

/** A user of a tenant. Keys and tokens name users by their id. */
@Entity("users")
export class UserEntity {
  /** The tenant's name. */
  @PrimaryColumn("text", { name: "tenant" })
  tenantId!: string;

  /** Chosen by whoever created the user, such as an e-mail address: it is the author in the history. */
  @PrimaryColumn("text")
  id!: string;

  @Column("text")
  name!: string;

  @Column("text", { nullable: true })
  email!: string | null;

  @Column("text")
  role!: Role;

  /** Times are in seconds since 1970. */
  @Column("integer", { name: "created_at" })
  createdAt!: number;

  @Column("integer", { name: "updated_at" })
  updatedAt!: number;

  /** Since when the user's credentials are invalid; null while they are valid. */
  @Column("integer", { name: "disabled_at", nullable: true })
  disabledAt!: number | null;
}
