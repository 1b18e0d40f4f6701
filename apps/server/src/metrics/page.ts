import { setTimeout as sleep } from "node:timers/promises";
import type { DatabaseHostPort } from "@heliosdb/port";
import { collectDefaultMetrics, Registry } from "prom-client";
import { SERVER_VERSION } from "../util/server-version.js";
import type { WebhookUsage } from "../webhooks/webhook-runtime.js";
import { type CellFigures, cellFamilies } from "./cell-families.js";
import { engineFamilies } from "./engine-families.js";
import { type Family, gauge } from "./family.js";
import { type FrontsSource, frontFamilies } from "./front-families.js";
import type { RequestCounter } from "./request-counter.js";
import { requestFamilies } from "./request-families.js";
import { webhookFamilies } from "./webhook-families.js";

export interface MetricsSources {
  readonly requests: RequestCounter;
  readonly host: DatabaseHostPort;
  webhooks(): Promise<WebhookUsage>;
  /** Bytes of the catalog's files. */
  catalogBytes(): Promise<number>;
  /** Null where this process accepts the connections. */
  readonly fronts: FrontsSource | null;
  /** When the certificate in use ends; null without TLS. */
  certificateEnd(): Date | null;
  /** Null for a server that is not part of a cell. */
  readonly cell: CellFigures | null;
}

/** How long counting in the catalog may take; then the page has the last counts. */
const PATIENCE_MS = 1000;

/**
 * The page in Prometheus' text format. A metric's values are read when the page is read; only the library's own process
 * metrics are collected continuously.
 */
export class MetricsPage {
  private readonly process = new Registry();
  private hooks: WebhookUsage | null = null;

  constructor(private readonly sources: MetricsSources) {
    collectDefaultMetrics({ register: this.process });
  }

  async text(): Promise<string> {
    const { requests, host, catalogBytes, certificateEnd, fronts, cell } = this.sources;
    // First: what fronts count is counted by the host, too.
    await fronts?.count();
    const [metrics, usage, hooks, catalog, process] = await Promise.all([
      host.metrics(),
      host.usage(),
      this.webhooks(),
      catalogBytes(),
      this.process.metrics(),
    ]);
    const registry = new Registry();
    const families: Family[] = [
      gauge("heliosdb_build_info", "Always 1; the labels name the running version.", [
        [{ version: SERVER_VERSION, node: globalThis.process.version }, 1],
      ]),
      ...requestFamilies(requests, fronts?.inFlight ?? 0),
      ...frontFamilies(fronts?.states ?? []),
      ...engineFamilies(metrics, usage, catalog),
      ...(hooks ? webhookFamilies(hooks) : []),
      ...certificateFamilies(certificateEnd()),
      ...(cell ? cellFamilies(cell, metrics.log) : []),
    ];
    for (const family of families) registry.registerMetric(family.asMetric());
    return `${await registry.metrics()}\n${process}`;
  }

  /** In a cell, the catalog may wait for the store, which is when the other figures are needed most. */
  private async webhooks(): Promise<WebhookUsage | null> {
    const count = this.sources.webhooks().then((usage) => {
      this.hooks = usage;
    });
    count.catch(() => {});
    await Promise.race([count, sleep(PATIENCE_MS, undefined, { ref: false })]);
    return this.hooks;
  }
}

function certificateFamilies(end: Date | null): Family[] {
  if (end === null) return [];
  return [
    gauge("heliosdb_tls_certificate_end_seconds", "When the TLS certificate in use ends, in seconds since 1970.", [
      [{}, end.getTime() / 1000],
    ]),
  ];
}
