import type { DatabaseHostPort } from "@heliosdb/port";
import { collectDefaultMetrics, Registry } from "prom-client";
import { SERVER_VERSION } from "../util/server-version.js";
import type { WebhookUsage } from "../webhooks/webhook-runtime.js";
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
  /** What is left of the lease, in ms; null for a server that is not part of a cell. */
  leaseMs(): number | null;
}

/**
 * The page in Prometheus' text format. A metric's values are read when the page is read; only the library's own process
 * metrics are collected continuously.
 */
export class MetricsPage {
  private readonly process = new Registry();

  constructor(private readonly sources: MetricsSources) {
    collectDefaultMetrics({ register: this.process });
  }

  async text(): Promise<string> {
    const { requests, host, webhooks, catalogBytes, certificateEnd, fronts } = this.sources;
    // First: what fronts count is counted by the host, too.
    await fronts?.count();
    const [metrics, usage, hooks, catalog, process] = await Promise.all([
      host.metrics(),
      host.usage(),
      webhooks(),
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
      ...webhookFamilies(hooks),
      ...certificateFamilies(certificateEnd()),
      ...cellFamilies(this.sources.leaseMs()),
    ];
    for (const family of families) registry.registerMetric(family.asMetric());
    return `${await registry.metrics()}\n${process}`;
  }
}

function cellFamilies(leftMs: number | null): Family[] {
  if (leftMs === null) return [];
  return [
    gauge("heliosdb_cell_active", "Whether this node is the active one of its cell.", [[{}, leftMs > 0 ? 1 : 0]]),
    gauge("heliosdb_cell_lease_seconds", "Time that is left of the lease by which it is.", [[{}, leftMs / 1000]]),
  ];
}

function certificateFamilies(end: Date | null): Family[] {
  if (end === null) return [];
  return [
    gauge("heliosdb_tls_certificate_end_seconds", "When the TLS certificate in use ends, in seconds since 1970.", [
      [{}, end.getTime() / 1000],
    ]),
  ];
}
