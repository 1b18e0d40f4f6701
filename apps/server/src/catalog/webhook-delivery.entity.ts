import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

/**
 * A delivery to a webhook, done or waiting for a retry. Times are in microseconds since 1970. A trigger moves the
 * webhook's cursor in the statement that records a delivery as done.
 */
@Entity("webhook_deliveries")
export class WebhookDeliveryEntity {
  @PrimaryGeneratedColumn()
  number!: number;

  @Column("text")
  webhook!: string;

  @Column("text")
  purpose!: "event" | "test" | "resend";

  @Column("text", { nullable: true })
  branch!: string | null;

  @Column("text", { name: "event_id" })
  eventId!: string;

  @Column("text")
  event!: string;

  @Column("text")
  body!: string;

  /** The cursor after the event, in three columns; null for a delivery out of order. */
  @Column("integer", { nullable: true })
  seq!: number | null;

  @Column("integer", { nullable: true })
  scn!: number | null;

  @Column("integer", { nullable: true })
  part!: number | null;

  @Column("text")
  status!: "delivered" | "waiting" | "failed";

  @Column("integer")
  attempts!: number;

  @Column("integer", { name: "response_status", nullable: true })
  responseStatus!: number | null;

  @Column("text", { nullable: true })
  error!: string | null;

  @Column("integer", { name: "created_at" })
  createdAt!: number;

  @Column("integer", { name: "failing_since", nullable: true })
  failingSince!: number | null;

  @Column("integer", { name: "attempted_at" })
  attemptedAt!: number;

  @Column("integer", { name: "next_attempt_at", nullable: true })
  nextAttemptAt!: number | null;
}
