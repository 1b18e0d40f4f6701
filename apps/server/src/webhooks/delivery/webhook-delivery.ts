/** A delivery to a webhook, done or waiting for a retry. */
export interface WebhookDelivery {
  readonly number: number;
  readonly webhook: string;
  /** `event`: in turn. The others are sent once, on demand. */
  readonly purpose: "event" | "test" | "resend";
  /** Id of the branch that it is about. */
  readonly branch: string | null;
  readonly eventId: string;
  readonly event: string;
  readonly status: "delivered" | "waiting" | "failed";
  readonly attempts: number;
  /** Of the last attempt. */
  readonly responseStatus: number | null;
  readonly error: string | null;
  /** Microseconds since 1970. */
  readonly createdAt: number;
  readonly failingSince: number | null;
  readonly attemptedAt: number;
  readonly nextAttemptAt: number | null;
}

export interface WebhookDeliveryPage {
  readonly deliveries: readonly WebhookDelivery[];
  /** Number that the next page's deliveries are below; null on the last. */
  readonly next: number | null;
}
