import {
  type CreatedWebhook,
  createdWebhookOf,
  deliveryOf,
  type Webhook,
  type WebhookDelivery,
  type WebhookDeliveryPage,
  type WebhookEventName,
  webhookOf,
} from "../results/webhook.js";
import type { CallOptions, RepeatableOptions } from "../transport/options.js";
import { entriesOf } from "../transport/pages.js";
import type { Transport } from "../transport/transport.js";
import { bodyOf, pathOf } from "./parts.js";

export interface CreateWebhook extends RepeatableOptions {
  /** Where events are sent: http or https, to a public address. */
  readonly url: string;
  /** Default: all. */
  readonly events?: readonly WebhookEventName[];
  /** Patterns of branch names, in which `*` is any text and `?` one character. Default: all branches. */
  readonly branches?: readonly string[];
  readonly description?: string;
}

export interface UpdateWebhook extends CallOptions {
  readonly url?: string;
  readonly events?: readonly WebhookEventName[];
  /** Empty for all branches. */
  readonly branches?: readonly string[];
  /** Null removes it. */
  readonly description?: string | null;
  readonly enabled?: boolean;
}

export interface ReadDeliveries extends CallOptions {
  readonly status?: WebhookDelivery["status"];
  readonly event?: WebhookEventName | "webhook.test";
  /** Id of the branch of the events. */
  readonly branchId?: string;
  /** Deliveries on a page: 50 by default, at most 500. */
  readonly limit?: number;
  /** `nextCursor` of the previous page. */
  readonly cursor?: string;
}

/** Webhooks, which send events of branches to another program. They need the scope `admin`. */
export class Webhooks {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Sends events from now on. The response has the secret that signs them; it can't be seen again. */
  async create(request: CreateWebhook): Promise<CreatedWebhook> {
    const { url, events, branches, description } = request;
    const { data } = await this.#transport.api.POST("/v1/webhooks", {
      body: { url, description, events: events && [...events], branches: branches && [...branches] },
      fetch: this.#transport.call({ idempotent: false }, request),
    });
    return createdWebhookOf(bodyOf(data));
  }

  /** Webhooks of the tenant, oldest first. */
  async list(options: CallOptions = {}): Promise<readonly Webhook[]> {
    const { data } = await this.#transport.api.GET("/v1/webhooks", {
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return bodyOf(data).webhooks.map(webhookOf);
  }

  async get(webhook: string, options: CallOptions = {}): Promise<Webhook> {
    const { data } = await this.#transport.api.GET("/v1/webhooks/{webhook}", {
      params: { path: pathOf({ webhook }) },
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return webhookOf(bodyOf(data));
  }

  /** Fields that are left out are not changed. When enabled again, a webhook continues where it stopped. */
  async update(webhook: string, change: UpdateWebhook): Promise<Webhook> {
    const { url, events, branches, description, enabled } = change;
    const { data } = await this.#transport.api.PATCH("/v1/webhooks/{webhook}", {
      params: { path: pathOf({ webhook }) },
      body: { url, description, enabled, events: events && [...events], branches: branches && [...branches] },
      fetch: this.#transport.call({ idempotent: true }, change),
    });
    return webhookOf(bodyOf(data));
  }

  /** Deletes it at once, with its delivery log; resolves to the deleted webhook. */
  async delete(webhook: string, options: CallOptions = {}): Promise<Webhook> {
    const { data } = await this.#transport.api.DELETE("/v1/webhooks/{webhook}", {
      params: { path: pathOf({ webhook }) },
      fetch: this.#transport.call({ idempotent: false }, options),
    });
    return webhookOf(bodyOf(data));
  }

  /** The response has the new secret. For a day, events are signed with both. */
  async rotateSecret(webhook: string, options: RepeatableOptions = {}): Promise<CreatedWebhook> {
    const { data } = await this.#transport.api.POST("/v1/webhooks/{webhook}/rotate-secret", {
      params: { path: pathOf({ webhook }) },
      fetch: this.#transport.call({ idempotent: false }, options),
    });
    return createdWebhookOf(bodyOf(data));
  }

  /** Sends one event, `webhook.test`, and resolves to its delivery. */
  async test(webhook: string, options: RepeatableOptions = {}): Promise<WebhookDelivery> {
    const { data } = await this.#transport.api.POST("/v1/webhooks/{webhook}/test", {
      params: { path: pathOf({ webhook }) },
      fetch: this.#transport.call({ idempotent: false }, options),
    });
    return deliveryOf(bodyOf(data));
  }

  /** One page of deliveries, newest first. */
  async deliveries(webhook: string, options: ReadDeliveries = {}): Promise<WebhookDeliveryPage> {
    const { status, event, branchId: branch, limit, cursor } = options;
    const { data } = await this.#transport.api.GET("/v1/webhooks/{webhook}/deliveries", {
      params: { path: pathOf({ webhook }), query: { status, event, branch, limit, cursor } },
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    const page = bodyOf(data);
    return { deliveries: page.deliveries.map(deliveryOf), nextCursor: page.next_cursor };
  }

  /** Every delivery that is still in the log, newest first. Pages are requested as needed. */
  allDeliveries(webhook: string, options: ReadDeliveries = {}): AsyncGenerator<WebhookDelivery, void, undefined> {
    return entriesOf(
      (cursor) => this.deliveries(webhook, { ...options, cursor }),
      ({ deliveries }) => deliveries,
      options.cursor,
    );
  }

  /** Sends the event of a delivery again, once and out of order; resolves to the new delivery. */
  async resend(webhook: string, delivery: string, options: RepeatableOptions = {}): Promise<WebhookDelivery> {
    const { data } = await this.#transport.api.POST("/v1/webhooks/{webhook}/deliveries/{delivery}/resend", {
      params: { path: pathOf({ webhook, delivery }) },
      fetch: this.#transport.call({ idempotent: false }, options),
    });
    return deliveryOf(bodyOf(data));
  }

  /** Sends all events from an SCN on again, in order, with the same ids as before. */
  async replay(webhook: string, fromScn: number, options: RepeatableOptions = {}): Promise<Webhook> {
    const { data } = await this.#transport.api.POST("/v1/webhooks/{webhook}/replay", {
      params: { path: pathOf({ webhook }) },
      body: { from_scn: fromScn },
      fetch: this.#transport.call({ idempotent: false }, options),
    });
    return webhookOf(bodyOf(data));
  }
}
