import type { AsOf } from "../arguments/point.js";
import type { Value } from "../arguments/values.js";
import type { DeleteRows, InsertOptions, ReadAllRows, ReadRows, RowVersions, UpdateRows } from "../resources/data.js";
import type { RowVersion } from "../results/row-history.js";
import type { DeleteResult, InsertResult, Key, TablePage, UpdateResult } from "../results/rows.js";
import type { Resources } from "./resources.js";

/** One table of a branch at one point in time, to read. `R` is the type of its rows. */
export class TableReader<R> {
  /** @internal */
  protected readonly resources: Resources;

  /** @internal */
  constructor(
    resources: Resources,
    readonly branch: string,
    readonly name: string,
    readonly point: AsOf | null,
  ) {
    this.resources = resources;
  }

  /** One page of its rows. */
  page(options: Omit<ReadRows, "asOf"> = {}): Promise<TablePage<R>> {
    return this.resources.data.query<R>(this.branch, this.name, { ...options, asOf: this.point ?? undefined });
  }

  /** Its rows, all of one point in time. Pages are requested as the rows are read. */
  rows(options: Omit<ReadAllRows, "asOf"> = {}): AsyncGenerator<R, void, undefined> {
    return this.resources.data.rows<R>(this.branch, this.name, { ...options, asOf: this.point ?? undefined });
  }
}

type ColumnValues = Readonly<Record<string, Value | undefined>>;

/** Values to write into columns of a row of type `R`. */
export type RowValues<R> = { readonly [C in keyof R]?: R[C] | Value };

/** One table of a branch. `R` is the type of its rows. */
export class TableHandle<R> extends TableReader<R> {
  /** Inserts all rows or none, as one commit. */
  insert(rows: readonly RowValues<R>[], options: InsertOptions = {}): Promise<InsertResult> {
    return this.resources.data.insert(this.branch, this.name, rows as readonly ColumnValues[], options);
  }

  /** Updates all rows that match the filter, as one commit. */
  update(request: Omit<UpdateRows, "values"> & { readonly values: RowValues<R> }): Promise<UpdateResult> {
    return this.resources.data.update(this.branch, this.name, request as UpdateRows);
  }

  /** Deletes all rows that match the filter, as one commit. */
  delete(request: DeleteRows): Promise<DeleteResult> {
    return this.resources.data.delete(this.branch, this.name, request);
  }

  /** The versions of a row, newest first. */
  versions(key: Key | bigint, options: RowVersions = {}): AsyncGenerator<RowVersion<R>, void, undefined> {
    return this.resources.data.rowVersions<R>(this.branch, this.name, key, options);
  }
}
