import type { ChangesPort, DatabaseHostPort } from "@heliosdb/port";
import type { Logger } from "pino";
import type { DataSource } from "typeorm";
import { DeliveryLog } from "./delivery/delivery-log.js";
import { Dispatcher } from "./delivery/dispatcher.js";
import type { DeliverySettings } from "./delivery/hook.js";
import { Sender } from "./delivery/send.js";
import { AddressPolicy } from "./target/address-policy.js";
import { Targets } from "./target/targets.js";
import { WebhookStore } from "./webhook-store.js";

export interface WebhookSettings extends DeliverySettings {
  /** Hosts, addresses and networks that webhooks may go to though they are not public. */
  readonly allow: readonly string[];
}

/** Everything that works for webhooks, from the start of the server to its end. */
export class WebhookRuntime {
  readonly store: WebhookStore;
  readonly deliveries: DeliveryLog;
  readonly targets: Targets;
  readonly dispatcher: Dispatcher;

  constructor(
    catalog: DataSource,
    private readonly host: DatabaseHostPort,
    settings: WebhookSettings,
    log: Logger,
  ) {
    this.store = new WebhookStore(catalog);
    this.deliveries = new DeliveryLog(catalog);
    this.targets = new Targets(new AddressPolicy(settings.allow));
    this.dispatcher = new Dispatcher(host, this.store, this.deliveries, new Sender(this.targets), settings, log);
  }

  /** What happens in the database of a tenant, by its internal id. */
  changes(tenant: string): ChangesPort {
    return this.host.changes(tenant);
  }
}
