import type { ChangesPort, DatabaseHostPort } from "@heliosdb/port";
import type { Logger } from "pino";
import type { Catalog } from "../catalog/catalog.js";
import { WebhookEntity } from "../catalog/webhook.entity.js";
import { WebhookDeliveryEntity } from "../catalog/webhook-delivery.entity.js";
import { DeliveryLog } from "./delivery/delivery-log.js";
import { Dispatcher } from "./delivery/dispatcher.js";
import { Sender, type SentCounts } from "./delivery/send.js";
import type { DeliverySettings } from "./delivery/worker-parts.js";
import { WebhookStore } from "./model/webhook-store.js";
import { AddressPolicy } from "./target/address-policy.js";
import { Targets } from "./target/targets.js";

export interface WebhookSettings extends DeliverySettings {
  /** Hosts, addresses and networks that webhooks may use although they are not public. */
  readonly allow: readonly string[];
}

export interface WebhookUsage {
  readonly enabled: number;
  readonly disabled: number;
  /** Failed events that will be sent again; each holds back the later ones of its branch. */
  readonly waiting: number;
  readonly requests: Readonly<SentCounts>;
}

/** Runs webhooks from the start of the server to its end. */
export class WebhookRuntime {
  readonly store: WebhookStore;
  readonly deliveries: DeliveryLog;
  readonly targets: Targets;
  readonly dispatcher: Dispatcher;

  constructor(
    private readonly catalog: Catalog,
    private readonly host: DatabaseHostPort,
    settings: WebhookSettings,
    log: Logger,
  ) {
    this.store = new WebhookStore(catalog);
    this.deliveries = new DeliveryLog(catalog);
    this.targets = new Targets(new AddressPolicy(settings.allow));
    this.dispatcher = new Dispatcher(host, this.store, this.deliveries, new Sender(this.targets), settings, log);
  }

  /** The state of all tenants' webhooks together. */
  async usage(): Promise<WebhookUsage> {
    const count = (is: boolean) => this.catalog.of(WebhookEntity, (rows) => rows.countBy({ enabled: is }));
    const [enabled, disabled, waiting] = await Promise.all([
      count(true),
      count(false),
      this.catalog.of(WebhookDeliveryEntity, (rows) => rows.countBy({ status: "waiting" })),
    ]);
    return { enabled, disabled, waiting, requests: this.dispatcher.sender.counts };
  }

  /** Events of a tenant's database, by its internal id. */
  changes(tenant: string): ChangesPort {
    return this.host.changes(tenant);
  }
}
