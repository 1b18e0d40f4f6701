import { Injectable } from "@nestjs/common";
import type { MetricsPage, MetricsSources } from "./page.js";

/** The metrics of this server, for scraping. */
@Injectable()
export class MetricsService {
  private page: Promise<MetricsPage> | null = null;

  constructor(private readonly sources: MetricsSources) {}

  async text(): Promise<string> {
    // Loaded on demand: a server that nobody scrapes does not measure its event loop, and starts sooner.
    this.page ??= import("./page.js").then(({ MetricsPage }) => new MetricsPage(this.sources));
    return (await this.page).text();
  }
}
