import type { CatalogConnection, OwnFiles } from "@heliosdb/cell";
import type { CatalogLog } from "../catalog/catalog-log.js";

/** The log of the catalog and of the secrets, for the process that has the catalog open. */
export class OwnLog implements CatalogLog {
  private connection: CatalogConnection | null = null;

  constructor(
    private readonly files: OwnFiles,
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

  private async kept(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.onLost(error);
      throw error;
    }
  }
}
