import { Column, Entity, PrimaryColumn } from "typeorm";

/** The position of a webhook on a branch. */
@Entity("webhook_cursors")
export class WebhookCursorEntity {
  @PrimaryColumn("text")
  webhook!: string;

  /** Id of the branch. */
  @PrimaryColumn("text")
  branch!: string;

  @Column("integer")
  seq!: number;

  @Column("integer")
  scn!: number;

  /** Number of events of the next change that are done. */
  @Column("integer")
  part!: number;
}
