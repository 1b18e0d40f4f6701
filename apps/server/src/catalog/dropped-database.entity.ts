import { Entity, PrimaryColumn } from "typeorm";

/** The database of a deleted tenant, until its files are gone too. */
@Entity("dropped_databases")
export class DroppedDatabaseEntity {
  @PrimaryColumn("text")
  directory!: string;
}
