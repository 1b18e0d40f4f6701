import type { CatalogConnection, OwnFiles } from "@heliosdb/cell";
import type { LogFigures } from "@heliosdb/engine-host";
import type { LogMetrics } from "@heliosdb/port";
import type { CatalogLog } from "../catalog/catalog-log.js";

/** The log of the catalog and of the secrets, for the process that has the catalog open. */
export class OwnLog implements CatalogLog {
  private connection: CatalogConnection | null = null;
  private held = 0;

  constructor(
    private readonly files: OwnFiles,
    /** Of what is added to the files' log. */
    private readonly figures: LogFigures,
    /** What was committed can't be in the log any more, so nobody may be told of it. */
    private readonly onLost: (error: unknown) => void,
  ) {}

  opened(connection: CatalogConnection): void {
    this.connection = connection;
    this.files.opened(connection);
  }

  settle(): Promise<void> {
    return this.kept(this.files.settle());
  }

  async close(): Promise<void> {
    if (this.connection) await this.kept(this.files.close(this.connection));
  }

  addSecrets(): Promise<void> {
    this.files.addSecrets();
    return this.settle();
  }

  metrics(): LogMetrics {
    const { waitingBytes, waitingMs } = this.files;
    return this.figures.metrics({ waitingBytes, waitingMs, heldAnswers: this.held });
  }

  private async kept(work: Promise<void>): Promise<void> {
    this.held++;
    try {
      await work;
    } catch (error) {
      this.onLost(error);
      throw error;
    } finally {
      this.held--;
    }
  }
}
