import { Entity, PrimaryColumn } from "typeorm";

/** The database of a tenant that is gone from the catalog, until its files are gone too. */
@Entity("dropped_databases")
export class DroppedDatabaseEntity {
  @PrimaryColumn("text")
  directory!: string;
}
