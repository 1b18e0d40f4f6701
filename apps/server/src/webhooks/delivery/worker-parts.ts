import type { ChangesPort } from "@heliosdb/port";
import type { Logger } from "pino";
import type { WebhookStore } from "../model/webhook-store.js";
import type { DeliveryLog } from "./delivery-log.js";
import type { Sender } from "./send.js";
import type { Slots } from "./slots.js";

export interface DeliverySettings {
  /** The first pause after a failure. */
  readonly retryMs: number;
  /** How long one event may fail until its webhook is disabled. */
  readonly giveUpMs: number;
}

export interface WorkerParts {
  readonly store: WebhookStore;
  readonly deliveries: DeliveryLog;
  readonly sender: Sender;
  readonly changes: ChangesPort;
  /** Shared by all webhooks. */
  readonly slots: Slots;
  readonly settings: DeliverySettings;
  readonly log: Logger;
  /** Called with the reason when the webhook is to be disabled. */
  disable(id: string, reason: string): Promise<void>;
}
