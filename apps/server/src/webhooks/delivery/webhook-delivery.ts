/** A delivery to a webhook, done or waiting for a retry. */
export interface WebhookDelivery {
  readonly number: number;
  readonly webhook: string;
  /** `event`: sent in order. The others are sent once, on demand. */
  readonly purpose: "event" | "test" | "resend";
  /** Id of the event's branch. */
  readonly branch: string | null;
  readonly eventId: string;
  readonly event: string;
  readonly status: "delivered" | "waiting" | "failed";
  readonly attempts: number;
  /** Status of the last attempt's response. */
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
  /** The next page has deliveries with numbers below this; null on the last page. */
  readonly next: number | null;
}
