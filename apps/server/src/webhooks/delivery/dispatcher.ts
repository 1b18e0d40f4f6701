import type { DatabaseHostPort } from "@heliosdb/port";
import type { Logger } from "pino";
import type { Webhook, WebhookStore } from "../model/webhook-store.js";
import { ChangeFeed } from "./change-feed.js";
import type { DeliveryLog } from "./delivery-log.js";
import type { Sender } from "./send.js";
import { Slots } from "./slots.js";
import { WebhookWorker } from "./webhook-worker.js";
import type { DeliverySettings, WorkerParts } from "./worker-parts.js";

/** Maximum number of requests to all webhooks at a time. */
const MOST_AT_ONCE = 32;
/** The time in which requests in progress must end when the server shuts down. */
const GRACE_MS = 3_000;

/** Runs the enabled webhooks of all tenants. */
export class Dispatcher {
  private readonly feeds = new Map<string, ChangeFeed>();
  private readonly slots = new Slots(MOST_AT_ONCE);
  private closed = false;

  constructor(
    private readonly host: DatabaseHostPort,
    private readonly store: WebhookStore,
    private readonly deliveries: DeliveryLog,
    readonly sender: Sender,
    private readonly settings: DeliverySettings,
    private readonly log: Logger,
  ) {}

  async start(): Promise<void> {
    for (const webhook of await this.store.all()) await this.run(webhook);
  }

  /** Starts a webhook with its current settings, replacing its earlier worker; a disabled one is only stopped. */
  async run(webhook: Webhook): Promise<void> {
    await this.halt(webhook);
    if (!webhook.enabled || this.closed) return;
    const worker = new WebhookWorker(webhook, this.partsFor(webhook.tenant));
    const feed = this.feedOf(webhook.tenant);
    feed.workers.set(webhook.id, worker);
    await worker.start();
    feed.scanAll();
  }

  /** Changes a webhook's settings without interrupting its requests. */
  change(webhook: Webhook): void {
    const worker = this.feeds.get(webhook.tenant)?.workers.get(webhook.id);
    if (worker) worker.webhook = webhook;
  }

  /** Ends all requests of a webhook. */
  async halt({ tenant, id }: Pick<Webhook, "tenant" | "id">): Promise<void> {
    const feed = this.feeds.get(tenant);
    const worker = feed?.workers.get(id);
    feed?.workers.delete(id);
    if (feed?.workers.size === 0) {
      this.feeds.delete(tenant);
      feed.close();
    }
    await worker?.stop();
  }

  /** Ends all requests of a tenant's webhooks, before the tenant is deleted with them. */
  async haltTenant(tenant: string): Promise<void> {
    const workers = [...(this.feeds.get(tenant)?.workers.values() ?? [])];
    await Promise.all(workers.map(({ webhook }) => this.halt(webhook)));
  }

  /** Starts the webhooks of a tenant that was not deleted after all. */
  async runTenant(tenant: string): Promise<void> {
    for (const webhook of await this.store.ofTenant(tenant)) await this.run(webhook);
  }

  async close(): Promise<void> {
    this.closed = true;
    const feeds = [...this.feeds.values()];
    for (const feed of feeds) feed.close();
    await Promise.all(feeds.flatMap(({ workers }) => [...workers.values()].map((worker) => worker.stop(GRACE_MS))));
    this.sender.close();
  }

  private feedOf(tenant: string): ChangeFeed {
    let feed = this.feeds.get(tenant);
    if (!feed) {
      feed = new ChangeFeed(this.host.changes(tenant), this.log);
      this.feeds.set(tenant, feed);
    }
    return feed;
  }

  private partsFor(tenant: string): WorkerParts {
    const { store, deliveries, sender, slots, settings, log } = this;
    const changes = this.host.changes(tenant);
    const disable = async (id: string, reason: string) => {
      await store.disable(id, reason, Date.now() * 1000);
      log.warn({ webhook: id, reason }, "webhook disabled");
      // Not awaited: the queue that asks for it is one of those that `halt` waits for.
      void this.halt({ tenant, id });
    };
    return { store, deliveries, sender, changes, slots, settings, log, disable };
  }
}
