import type { DataSource, EntityManager, EntityTarget, ObjectLiteral, Repository } from "typeorm";
import type { CatalogLog } from "./catalog-log.js";
import { CatalogUnavailable } from "./catalog-unavailable.js";

/**
 * The control plane's database. TypeORM has one connection to it for all requests, and a transaction of one request
 * would include other requests' writes, and lose them when it is rolled back. So all work is serialized: a callback
 * given to one of these methods runs alone. It must not call them again, or it would wait for itself. Where the file or
 * the disk is the reason of a failure, these methods reject with CatalogUnavailable.
 */
export class Catalog {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly source: DataSource,
    /** Has each change before the turn that made it ends. */
    private readonly log: CatalogLog | null = null,
  ) {}

  /** Runs work on the rows of one table. */
  of<E extends ObjectLiteral, T>(entity: EntityTarget<E>, work: (rows: Repository<E>) => Promise<T>): Promise<T> {
    return this.inTurn(() => work(this.source.getRepository(entity)));
  }

  /** All work done through the manager is one commit, or nothing if `work` rejects. */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.inTurn(() => this.source.transaction(work));
  }

  /** For statements that TypeORM can't express. */
  query<T>(sql: string, parameters: readonly unknown[] = []): Promise<T> {
    return this.inTurn(() => this.source.query<T>(sql, [...parameters]));
  }

  /** Closes the database after the requested work is done. */
  destroy(): Promise<void> {
    return this.inTurn(async () => {
      await this.log?.close();
      await this.source.destroy();
    });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const { log } = this;
    // What failed may have changed something before that.
    const run = log === null ? work : () => work().finally(() => log.settle());
    const turn = this.last.then(run, run).catch((error) => {
      throw CatalogUnavailable.from(error);
    });
    this.last = turn;
    return turn;
  }
}
