import { formatMicros } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import type { Caller } from "../auth/caller.js";
import { ApiError } from "../errors/api-error.js";
import { randomId } from "../util/ids.js";
import type { DeliveryFilter, NewDelivery } from "./delivery/delivery-log.js";
import { newSecret } from "./delivery/signature.js";
import type { WebhookDelivery, WebhookDeliveryPage } from "./delivery/webhook-delivery.js";
import { sendSigned } from "./delivery/webhook-worker.js";
import { WEBHOOK_EVENTS, type WebhookEventName } from "./model/event.js";
import { withFilter } from "./model/filter.js";
import type { Webhook } from "./model/webhook-store.js";
import type { CreatedWebhook, WebhookInfo } from "./webhook-info.js";
import { WebhookRuntime } from "./webhook-runtime.js";

const MOST_OF_A_TENANT = 100;
/** How long the previous secret still signs. */
const OLD_SECRET_MICROS = 86_400e6;
const DELIVERY_PREFIX = "dlv_";

export interface NewWebhook {
  readonly url: string;
  readonly description?: string | null;
  /** Default all. */
  readonly events?: readonly WebhookEventName[];
  /** Globs of branch names; empty means all. */
  readonly branches: readonly string[];
}

/** Absent fields are left unchanged. */
export interface WebhookChange extends Partial<NewWebhook> {
  readonly enabled?: boolean;
}

@Injectable()
export class WebhooksService {
  /** The last pending change of each webhook. */
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(private readonly runtime: WebhookRuntime) {}

  async create({ tenant }: Caller, request: NewWebhook): Promise<CreatedWebhook> {
    const { store, targets, dispatcher } = this.runtime;
    if ((await store.ofTenant(tenant)).length >= MOST_OF_A_TENANT) {
      throw new ApiError("RESOURCE_LIMIT", `A tenant has at most ${MOST_OF_A_TENANT} webhooks. Delete one first.`);
    }
    const url = await targets.check(request.url);
    const base = await this.runtime.changes(tenant).changesHead({});
    const now = micros();
    const secret = newSecret();
    const webhook: Webhook = {
      ...{ id: `wh_${randomId(16)}`, tenant, url, description: request.description ?? null, base, secret },
      filters: [{ from: base, events: [...new Set(request.events ?? WEBHOOK_EVENTS)], branches: request.branches }],
      ...{ oldSecret: null, oldSecretUntil: null, enabled: true, disabledReason: null, disabledAt: null },
      ...{ createdAt: now, updatedAt: now },
    };
    await store.put(webhook);
    await dispatcher.run(webhook);
    return { webhook: await this.info(webhook), secret };
  }

  async list({ tenant }: Caller): Promise<readonly WebhookInfo[]> {
    const found = await this.runtime.store.ofTenant(tenant);
    return Promise.all(found.map((webhook) => this.info(webhook)));
  }

  async get(caller: Caller, id: string): Promise<WebhookInfo> {
    return this.info(await this.find(caller, id));
  }

  update(caller: Caller, id: string, change: WebhookChange): Promise<WebhookInfo> {
    return this.inTurn(id, async () => {
      const { store, targets, dispatcher, deliveries } = this.runtime;
      const before = await this.find(caller, id);
      const url = change.url === undefined ? before.url : await targets.check(change.url);
      const { description = before.description, enabled = before.enabled } = change;
      const after: Webhook = {
        ...before,
        ...{ url, description, enabled, filters: await this.filters(before, change), updatedAt: micros() },
        ...(enabled ? { disabledReason: null, disabledAt: null } : {}),
        ...(before.enabled && !enabled ? { disabledReason: "disabled by request", disabledAt: micros() } : {}),
      };
      await store.put(after);
      if (url === before.url && change.enabled === undefined) dispatcher.change(after);
      else {
        // Failures at the previous address say nothing about the new one.
        await dispatcher.halt(after);
        if (enabled) await deliveries.renewWaiting(after.id, micros());
        await dispatcher.run(after);
      }
      return this.info(after);
    });
  }

  delete(caller: Caller, id: string): Promise<WebhookInfo> {
    return this.inTurn(id, async () => {
      const webhook = await this.find(caller, id);
      const info = await this.info(webhook);
      await this.runtime.dispatcher.halt(webhook);
      await this.runtime.store.remove(webhook.id);
      return info;
    });
  }

  rotateSecret(caller: Caller, id: string): Promise<CreatedWebhook> {
    return this.inTurn(id, async () => {
      const before = await this.find(caller, id);
      const now = micros();
      const secret = newSecret();
      const old = { oldSecret: before.secret, oldSecretUntil: now + OLD_SECRET_MICROS };
      const after: Webhook = { ...before, ...old, secret, updatedAt: now };
      await this.runtime.store.put(after);
      this.runtime.dispatcher.change(after);
      return { webhook: await this.info(after), secret };
    });
  }

  async test(caller: Caller, webhookId: string): Promise<WebhookDelivery> {
    const webhook = await this.find(caller, webhookId);
    const id = `evt_test_${randomId(16)}`;
    const event = "webhook.test";
    const data = { webhook_id: webhook.id };
    const body = JSON.stringify({ id, event, timestamp: formatMicros(micros()), data });
    return this.sendNow(webhook, { purpose: "test", branch: null, eventId: id, event, body });
  }

  async listDeliveries(
    caller: Caller,
    webhook: string,
    filter: DeliveryFilter,
    limit: number,
    before: number | null,
  ): Promise<WebhookDeliveryPage> {
    const { id } = await this.find(caller, webhook);
    const found = await this.runtime.deliveries.page(id, filter, limit + 1, before);
    const deliveries = found.slice(0, limit);
    return { deliveries, next: found.length > limit ? deliveries.at(-1)!.number : null };
  }

  async resend(caller: Caller, id: string, delivery: string): Promise<WebhookDelivery> {
    const webhook = await this.find(caller, id);
    const number = Number(new RegExp(`^${DELIVERY_PREFIX}([1-9]\\d{0,14})$`).exec(delivery)?.[1] ?? 0);
    const logged = await this.runtime.deliveries.find(webhook.id, number);
    if (!logged) throw new ApiError("WEBHOOK_NOT_FOUND", `Delivery '${delivery}' not found`);
    const { branch, eventId, event, body } = logged;
    return this.sendNow(webhook, { purpose: "resend", branch, eventId, event, body });
  }

  replay(caller: Caller, id: string, fromScn: number): Promise<WebhookInfo> {
    return this.inTurn(id, async () => {
      const { store, deliveries, dispatcher } = this.runtime;
      const before = await this.find(caller, id);
      const changes = this.runtime.changes(before.tenant);
      const { scn } = await changes.changesHead({});
      if (fromScn > scn) {
        throw new ApiError("POINT_IN_FUTURE", `SCN ${fromScn} is in the future. The newest is ${scn}.`, { scn });
      }
      const base = await changes.changesBefore({ scn: fromScn });
      const filters = [{ ...before.filters.at(-1)!, from: base }];
      const after: Webhook = { ...before, base, filters, updatedAt: micros() };
      await dispatcher.halt(before);
      await deliveries.dropWaiting(after.id);
      await store.put(after);
      await store.forgetCursors(after.id);
      await dispatcher.run(after);
      return this.info(after);
    });
  }

  /** Sends an event out of order and records the delivery. */
  private async sendNow(webhook: Webhook, delivery: Omit<NewDelivery, "webhook" | "cursor">): Promise<WebhookDelivery> {
    const { dispatcher, deliveries } = this.runtime;
    const { eventId, body } = delivery;
    const attempt = await sendSigned(dispatcher.sender, webhook, eventId, body, new AbortController().signal);
    return deliveries.add({ ...delivery, webhook: webhook.id, cursor: null }, attempt, micros(), null);
  }

  private async filters(
    { filters, tenant }: Webhook,
    { events, branches }: Pick<WebhookChange, "events" | "branches">,
  ): Promise<Webhook["filters"]> {
    if (events === undefined && branches === undefined) return filters;
    const present = filters.at(-1)!;
    const from = await this.runtime.changes(tenant).changesHead({});
    const wanted = { events: [...new Set(events ?? present.events)], branches: branches ?? present.branches };
    return withFilter(filters, { from, ...wanted });
  }

  private async find({ tenant }: Caller, id: string): Promise<Webhook> {
    const found = await this.runtime.store.find(tenant, id);
    if (!found) throw new ApiError("WEBHOOK_NOT_FOUND", `Webhook '${id}' not found`);
    return found;
  }

  private async info(webhook: Webhook): Promise<WebhookInfo> {
    const { id, url, description, enabled, disabledReason, disabledAt, createdAt, updatedAt } = webhook;
    const { events, branches } = webhook.filters.at(-1)!;
    const failing = await this.runtime.deliveries.countWaiting(id);
    const times = { disabledAt, createdAt, updatedAt };
    return { id, url, description, events, branches, enabled, disabledReason, failing, ...times };
  }

  /** Runs changes to a webhook one after another. */
  private async inTurn<T>(id: string, change: () => Promise<T>): Promise<T> {
    const before = this.turns.get(id) ?? Promise.resolve();
    const turn = before.then(change, change);
    this.turns.set(id, turn);
    try {
      return await turn;
    } finally {
      if (this.turns.get(id) === turn) this.turns.delete(id);
    }
  }
}

function micros(): number {
  return Date.now() * 1000;
}
