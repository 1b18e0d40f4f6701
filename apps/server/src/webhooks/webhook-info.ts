/** Times are in microseconds since 1970. */
export interface WebhookInfo {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  readonly events: readonly string[];
  /** Patterns of branch names; empty means all. */
  readonly branches: readonly string[];
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  readonly disabledAt: number | null;
  /** Number of branches whose next event failed and will be sent again. */
  readonly failing: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface CreatedWebhook {
  readonly webhook: WebhookInfo;
  /** Shown only once. */
  readonly secret: string;
}
