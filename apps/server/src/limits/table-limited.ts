import {
  type AnyDeclaration,
  type BranchRef,
  type Cancellation,
  COMPOSITE_OPERATIONS,
  type DatabasePort,
  type DiffPage,
  type DiffRequest,
  foldName,
  HeliosError,
  type ListTables,
  OPERATIONS,
  type PointInTime,
  type StateRef,
  type TableAccess,
  type TableInfo,
} from "@heliosdb/port";
import { ApiError } from "../errors/api-error.js";

interface TableRequest {
  readonly branch: BranchRef;
  readonly table: string;
  readonly also?: readonly { readonly table: string }[];
  readonly at?: PointInTime;
}

type Method = (request: never, ...others: never[]) => Promise<unknown>;

/**
 * A database that shows only the rows of some tables, by their names at the point in time that is read. Operations that
 * could reach other tables are refused: SQL, whose text does not show all its tables (views, triggers, virtual tables),
 * whole states (files, merges, restores, snapshots), and commits, which concern every table. Each operation's
 * declaration says which of these it is.
 */
export function tableLimitedDatabase(database: DatabasePort, tables: readonly string[]): DatabasePort {
  const seen = new SeenTables(database, tables);
  const declared = Object.entries<AnyDeclaration>({ ...OPERATIONS, ...COMPOSITE_OPERATIONS });
  const limited = declared.flatMap(([name, { tables: access }]): [string, Method][] => {
    const method = database[name as keyof DatabasePort] as Method | undefined;
    return method ? [[name, methodFor(access, method, seen)]] : [];
  });
  const filtered: Pick<DatabasePort, "listTables" | "diff"> = {
    listTables: (request, cancellation) => seen.list(request, cancellation),
    diff: (request, cancellation) => seen.diff(request, cancellation),
  };
  return { ...(Object.fromEntries(limited) as unknown as DatabasePort), ...filtered };
}

/** The limited version of a method. Those with `filtered` have their own implementation. */
function methodFor(access: TableAccess, method: Method, seen: SeenTables): Method {
  if (typeof access === "object") return refused(access.mayNot);
  switch (access) {
    case "table":
      return (request, ...others) => seen.check(request).then(() => method(request, ...others));
    case "filter":
      return (request, ...others) => seen.check(request).then(() => method(ownTableOnly(request), ...others));
    case "open":
    case "filtered":
      return method;
  }
}

/** The visible tables. */
class SeenTables {
  private readonly names: ReadonlySet<string>;

  constructor(
    private readonly database: DatabasePort,
    tables: readonly string[],
  ) {
    this.names = new Set(tables.map(foldName));
  }

  async list(request: ListTables, cancellation?: Cancellation): Promise<readonly TableInfo[]> {
    const found = await this.database.listTables(request, cancellation);
    return found.filter(({ name }) => this.sees(name)).map((table) => this.withoutHidden(table));
  }

  /** A foreign key tells of the table that it leads to. */
  private withoutHidden(table: TableInfo): TableInfo {
    const { details } = table;
    if (!details) return table;
    const foreignKeys = details.foreignKeys.filter((key) => this.sees(key.table));
    return { ...table, details: { ...details, foreignKeys } };
  }

  /** The diff of the requested tables, or of all visible ones. */
  async diff(request: DiffRequest, cancellation?: Cancellation): Promise<DiffPage> {
    const tables = request.tables ?? (await this.tablesOf(request.from, request.to));
    const hidden = tables.find((name) => !this.sees(name));
    if (hidden !== undefined) {
      throw new HeliosError("TABLE_NOT_FOUND", `Table '${hidden}' is in neither state.`, { table: hidden });
    }
    const page = await this.database.diff({ ...request, tables }, cancellation);
    // Views and triggers reveal other tables; so could a table that had another name on the other side.
    const schema = page.schema.filter(({ type, name }) => type === "table" && this.sees(name));
    const changes = page.tables.filter(({ table }) => this.sees(table));
    const columns = Object.fromEntries(Object.entries(page.columns).filter(([table]) => this.sees(table)));
    return { ...page, schema, tables: changes, rows: page.rows.filter(({ table }) => this.sees(table)), columns };
  }

  /** Treats a hidden table like one that does not exist, after the branch and the point in time have been found. */
  async check({ branch, table: first, also = [], at }: TableRequest): Promise<void> {
    const table = [first, ...also.map((rows) => rows.table)].find((name) => !this.sees(name));
    if (table === undefined) return;
    if (at === undefined) await this.database.getBranch({ branch });
    else await this.database.resolve({ branch, at });
    const when = at && at.kind !== "now" ? " at that point in time" : "";
    throw new HeliosError("TABLE_NOT_FOUND", `Table '${table}' not found${when}`, { table });
  }

  private sees(table: string): boolean {
    return this.names.has(foldName(table));
  }

  private async tablesOf(...states: readonly StateRef[]): Promise<readonly string[]> {
    const found = await Promise.all(states.map((state) => this.list(state)));
    return [...new Set(found.flat().map(({ name }) => name))];
  }
}

function ownTableOnly(request: object): never {
  return { ...request, ownTableOnly: true } as never;
}

function refused(what: string): () => Promise<never> {
  return async () => {
    throw new ApiError("FORBIDDEN", `These credentials are limited to certain tables and can't ${what}.`);
  };
}
