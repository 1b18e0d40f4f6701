import { Column, Entity, PrimaryColumn } from "typeorm";
import type { Role } from "../access/roles.js";

/** A user of a tenant. Keys and tokens name users by their id. */
@Entity("users")
export class UserEntity {
  /** The tenant's name. */
  @PrimaryColumn("text", { name: "tenant" })
  tenantId!: string;

  /** Chosen by whoever made the user, such as an e-mail address: it stands in the history as the author. */
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

  /** Since when none of the user's credentials hold; null while they do. */
  @Column("integer", { name: "disabled_at", nullable: true })
  disabledAt!: number | null;
}
