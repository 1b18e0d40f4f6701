import { converted, initialOf, type Row, type State } from "./rows.js";
import {
  alike,
  type Column,
  type Constraint,
  type Item,
  type Schema,
  sameText,
  stored,
  type Table,
  withIds,
} from "./schema.js";

/** A merge that is refused: the sides can't both have their way. */
export class Refused extends Error {}

/** A side of a merge, and to which tables it wrote, whatever came of it. */
export interface Side extends State {
  readonly wrote: ReadonlySet<number>;
}

export interface Merged extends State {
  /** Whether a drop met a write that left no trace: then the merge may be refused just as well. */
  readonly unsure: boolean;
}

/** Of something that both sides may have changed, which to take; throws where they changed it differently. */
function either<T>(
  what: string,
  base: T,
  source: T,
  target: T,
  same: (a: T, b: T) => boolean,
  isAlike: (a: T, b: T) => boolean = () => false,
): T {
  if (same(base, source) || same(source, target)) return target;
  if (same(base, target)) return source;
  if (isAlike(source, target)) return target;
  throw new Refused(`${what} was changed differently on each side`);
}

const equal = (a: unknown, b: unknown) => a === b;

/** What the merge of two states gives, by what tables, columns, constraints, rows and values are. */
export function merge(base: State, source: Side, target: Side): Merged {
  const there = withJoined(base.schema, source, target);
  const merger = new Merger(base, there, target);
  return merger.merge();
}

/** The source with the target's ids for what both made alike. */
function withJoined(base: Schema, source: Side, target: Side): Side {
  const ids = new Map<number, number>();
  const id = (each: number) => ids.get(each) ?? each;
  const isOld = (table: Table) => base.tables.some((each) => each.id === table.id);
  for (const table of source.schema.tables) {
    const was = base.tables.find((each) => each.id === table.id);
    const here = target.schema.tables.find((each) =>
      was ? each.id === table.id : !isOld(each) && isNamed(each, table.name),
    );
    if (!here) continue;
    ids.set(table.id, here.id);
    for (const column of table.columns) {
      if (was?.columns.some((each) => each.id === column.id)) continue;
      const other = here.columns.find(
        (each) => isNamed(each, column.name) && !was?.columns.some(({ id: old }) => old === each.id),
      );
      if (other) ids.set(column.id, other.id);
    }
  }
  const rows = [...source.rows].map(([table, each]): [number, Row[]] => [
    id(table),
    each.map((row) => new Map([...row].map(([column, value]) => [id(column), value]))),
  ]);
  return {
    schema: withIds(source.schema, id),
    rows: new Map(rows),
    wrote: new Set([...source.wrote].map(id)),
  };
}

function isNamed(each: { readonly name: string }, name: string): boolean {
  return each.name.toLowerCase() === name.toLowerCase();
}

class Merger {
  private unsure = false;

  constructor(
    private readonly base: State,
    private readonly source: Side,
    private readonly target: Side,
  ) {}

  merge(): Merged {
    const ids = [this.target, this.source, this.base].flatMap(({ schema }) => schema.tables.map(({ id }) => id));
    const tables = [...new Set(ids)].flatMap((id) => this.table(id) ?? []);
    const names = tables.map(({ name }) => name.toLowerCase());
    if (new Set(names).size < names.length) throw new Refused("two tables have one name");
    const gone = [...this.source.schema.gone, ...this.target.schema.gone];
    const schema = { tables, items: this.items(), gone };
    const rows = new Map(tables.map((table) => [table.id, this.rows(table)]));
    return { schema, rows, unsure: this.unsure };
  }

  private table(id: number): Table | null {
    const [was, there, here] = [this.base, this.source, this.target].map(({ schema }) =>
      schema.tables.find((table) => table.id === id),
    );
    if (there && here) return this.bothHave(was, there, here);
    if (!was) return (there ?? here)!;
    if (!there && !here) return null;
    const side = there ? this.source : this.target;
    this.drop(was, (there ?? here)!, side);
    return null;
  }

  /** A side dropped the table: the other must have left it alone. */
  private drop(was: Table, is: Table, side: Side): void {
    const isAltered = JSON.stringify(shape(was)) !== JSON.stringify(shape(withOldColumns(was, is)));
    const isOld = (item: Item) =>
      this.base.schema.items.some((each) => keyOf(each) === keyOf(item) && isSameItem(each, item));
    const isBuiltOn = side.schema.items.some((item) => item.type !== "view" && item.table === was.id && !isOld(item));
    if (isAltered || isBuiltOn) throw new Refused(`${was.name} was dropped on one side and changed on the other`);
    if (contentsOf(this.base, was) !== contentsOf(side, is)) {
      throw new Refused(`${was.name} was dropped on one side and written on the other`);
    }
    if (side.wrote.has(was.id)) this.unsure = true;
  }

  private bothHave(was: Table | undefined, there: Table, here: Table): Table {
    if (!was && !isAlikeTable(there, here)) throw new Refused(`${here.name} was made differently on each side`);
    const name = either(`the name of ${here.name}`, was?.name, there.name, here.name, equal)!;
    const ids = [...new Set([...here.columns, ...there.columns, ...(was?.columns ?? [])].map(({ id }) => id))];
    const columns = ids.flatMap((id) => this.column(was, there, here, id) ?? []);
    const names = columns.map((column) => column.name.toLowerCase());
    if (new Set(names).size < names.length) throw new Refused(`${name} has two columns of one name`);
    const constraints = mergeConstraints(was?.constraints ?? [], there.constraints, here.constraints);
    return { ...here, name, columns, constraints };
  }

  private column(table: Table | undefined, there: Table, here: Table, id: number): Column | null {
    const [was, ofSource, ofTarget] = [table, there, here].map((each) => each?.columns.find((one) => one.id === id));
    if (ofSource && ofTarget) return mergeColumn(was, ofSource, ofTarget);
    if (!was) return (ofSource ?? ofTarget)!;
    if (!ofSource && !ofTarget) return null;
    const is = (ofSource ?? ofTarget)!;
    if (is.name !== was.name || !isSameDefinition(is, was)) {
      throw new Refused(`column ${was.name} was dropped on one side and changed on the other`);
    }
    if (!was.generated) this.dropColumn(table!, was, ofSource ? this.source : this.target, ofSource ? here : there);
    return null;
  }

  /** A side, whose table is now `without`, dropped a column: no value that the other gave to it may be lost. */
  private dropColumn(table: Table, column: Column, side: Side, without: Table): void {
    const lost = new Refused(`column ${column.name} was dropped on one side and written on the other`);
    const isReplaced = without.columns.some((each) => isNamed(each, column.name));
    if (table.key === null) {
      if (!isReplaced) return;
      const is = side.schema.tables.find(({ id }) => id === table.id)!;
      if (contentsOf(side, is, table) !== contentsOf(this.base, table)) throw lost;
      if (side.wrote.has(table.id)) this.unsure = true;
      return;
    }
    const before = this.byKey(this.base, table);
    for (const [key, row] of this.byKey(side, table)) {
      const [was, is] = [before.get(key), row.get(column.id)!];
      if (was ? was.get(column.id) !== is : isReplaced && is !== initialOf(column)) throw lost;
    }
  }

  private items(): Item[] {
    const all = [this.base, this.source, this.target].map(({ schema }) => schema.items);
    const keys = new Set(all.flatMap((items) => items.map(keyOf)));
    return [...keys].flatMap((key) => {
      const [was, there, here] = all.map((items) => items.find((item) => keyOf(item) === key));
      const merged = either(key, was, there, here, isSameItem, isAlikeItem);
      return merged ? [merged] : [];
    });
  }

  private rows(table: Table): Row[] {
    const read = (state: State) => this.aligned(state, table);
    const [base, source, target] = [this.base, this.source, this.target].map(read);
    if (table.key === null) return mergeLoose(base!, source!, target!);
    const [was, there, here] = [base!, source!, target!].map((rows) => keyed(rows, table.key!));
    const keys = new Set([...was!.keys(), ...there!.keys(), ...here!.keys()]);
    return [...keys].flatMap((key) => this.row(table, was!.get(key), there!.get(key), here!.get(key)) ?? []);
  }

  private row(table: Table, was: Row | undefined, there: Row | undefined, here: Row | undefined): Row | undefined {
    if (sameRow(was, there) || sameRow(there, here)) return here;
    if (sameRow(was, here)) return there;
    if (!there || !here) throw new Refused(`a row of ${table.name} was changed and deleted`);
    const base = was ?? this.baseOfTwins(table, there, here);
    return new Map(
      stored(table).map(({ id }) => {
        const value = either(`a value in ${table.name}`, base.get(id), there.get(id)!, here.get(id)!, equal);
        return [id, value!];
      }),
    );
  }

  /** Both inserted the row: where they agree in all columns that both have, only those are left that one has alone. */
  private baseOfTwins(table: Table, there: Row, here: Row): Row {
    const has = ({ schema }: State, id: number) =>
      schema.tables.some((each) => each.id === table.id && each.columns.some((column) => column.id === id));
    return new Map(
      stored(table).map((column) => {
        if (!has(this.source, column.id) || !has(this.target, column.id)) return [column.id, initialOf(column)];
        if (there.get(column.id) !== here.get(column.id)) throw new Refused(`a key of ${table.name} came twice`);
        return [column.id, here.get(column.id)!];
      }),
    );
  }

  /** The rows of a state in the columns of the merged table, with values as those store them. */
  private aligned(state: State, table: Table): Row[] {
    const own = state.schema.tables.find(({ id }) => id === table.id);
    const columns = stored(table);
    return (state.rows.get(table.id) ?? []).map(
      (row) =>
        new Map(
          columns.map((column) => {
            const has = own!.columns.some(({ id }) => id === column.id);
            return [column.id, has ? converted(row.get(column.id)!, column.type) : initialOf(column)];
          }),
        ),
    );
  }

  private byKey(state: State, { id, key }: Table): Map<string, Row> {
    return keyed(state.rows.get(id) ?? [], key!);
  }
}

function keyed(rows: readonly Row[], key: number): Map<string, Row> {
  return new Map(rows.map((row) => [String(row.get(key)), row]));
}

function sameRow(a: Row | undefined, b: Row | undefined): boolean {
  if (!a || !b) return a === b;
  return [...a].every(([column, value]) => b.get(column) === value);
}

/** What the source has more of than the base comes, what it has fewer of goes. */
function mergeLoose(base: readonly Row[], source: readonly Row[], target: readonly Row[]): Row[] {
  const textOf = (row: Row) => JSON.stringify([...row].sort(([a], [b]) => a - b));
  const count = (rows: readonly Row[], text: string) => rows.filter((row) => textOf(row) === text).length;
  const all = new Map([...base, ...source, ...target].map((row) => [textOf(row), row]));
  return [...all].flatMap(([text, row]) => {
    const times = count(target, text) + count(source, text) - count(base, text);
    return Array.from({ length: Math.max(0, times) }, () => row);
  });
}

function mergeColumn(was: Column | undefined, there: Column, here: Column): Column {
  if (!was && !isAlikeDefinition(there, here)) throw new Refused(`column ${here.name} came differently on each side`);
  const name = either(`the name of ${here.name}`, was?.name, there.name, here.name, equal)!;
  const definition = was ? either(`column ${was.name}`, was, there, here, isSameDefinition, isAlikeDefinition) : here;
  return { ...definition, name, initial: (was ?? here).initial };
}

function isSameDefinition(a: Column, b: Column): boolean {
  return a.type === b.type && sameText(a.rest, b.rest);
}

function isAlikeDefinition(a: Column, b: Column): boolean {
  return alike([a.type], [b.type]) && alike(a.rest, b.rest);
}

/** By name, or by text where a constraint has none. */
function mergeConstraints(was: readonly Constraint[], there: readonly Constraint[], here: readonly Constraint[]) {
  checkReworded(was, there, here);
  const keys = [...new Set([...here, ...there, ...was].map(constraintKey))];
  return keys.flatMap((key): Constraint[] => {
    const [a, b, c] = [was, there, here].map((list) => list.find((each) => constraintKey(each) === key));
    const same = (x: Constraint | undefined, y: Constraint | undefined) =>
      x === undefined || y === undefined ? x === y : sameText(x.text, y.text);
    const isAlike = (x: Constraint | undefined, y: Constraint | undefined) => !!x && !!y && alike(x.text, y.text);
    const merged = either(`constraint ${key}`, a, b, c, same, isAlike);
    return merged ? [merged] : [];
  });
}

/** Where both sides took one without a name away and each brought another, they may have changed it differently. */
function checkReworded(was: readonly Constraint[], there: readonly Constraint[], here: readonly Constraint[]): void {
  const unnamed = (list: readonly Constraint[], ...others: (readonly Constraint[])[]) =>
    list.filter(
      (each) =>
        each.name === null && others.every((other) => other.every((one) => constraintKey(one) !== constraintKey(each))),
    );
  const [gone, theirs, own] = [unnamed(was, there, here), unnamed(there, was, here), unnamed(here, was, there)];
  if (gone.length > 0 && theirs.length > 0 && own.length > 0) throw new Refused("a constraint was reworded twice");
}

function constraintKey({ name, text }: Constraint): string {
  return name ?? JSON.stringify(text).toLowerCase();
}

function keyOf({ type, name }: Item): string {
  return `${type} ${name.toLowerCase()}`;
}

function isSameItem(a: Item | undefined, b: Item | undefined): boolean {
  return a === undefined || b === undefined ? a === b : sameText(a.text, b.text);
}

function isAlikeItem(a: Item | undefined, b: Item | undefined): boolean {
  return !!a && !!b && alike(a.text, b.text);
}

function isAlikeTable(a: Table, b: Table): boolean {
  const text = (table: Table) => JSON.stringify(shape(table)).toLowerCase();
  return text(a) === text(b);
}

/** The table as if each column that was dropped and made again under its name were the old one: what it says is the same. */
function withOldColumns(was: Table, is: Table): Table {
  const old = new Map(is.columns.map(({ id, name }) => [id, was.columns.find((each) => isNamed(each, name))?.id]));
  const { tables } = withIds({ tables: [is], items: [], gone: [] }, (id) => old.get(id) ?? id);
  return tables[0]!;
}

/** What a table's definition says, whatever its columns are called elsewhere. */
function shape({ name, columns, constraints, options }: Table): unknown {
  const sorted = columns.map((column) => ({ ...column, initial: "" })).sort((a, b) => a.id - b.id);
  return { name, columns: sorted, constraints: constraints.map((each) => JSON.stringify(each)).sort(), options };
}

/** All rows. A column that a base did not have counts where a row has more in it than what it came with. */
function contentsOf({ rows }: State, table: Table, base = table): string {
  const isOld = (id: number) => base.columns.some((column) => column.id === id);
  const added = new Map(stored(table).flatMap((column) => (isOld(column.id) ? [] : [[column.id, initialOf(column)]])));
  const list = (rows.get(table.id) ?? []).map((row) => {
    const cells = [...row].filter(([column, value]) => added.get(column) !== value);
    return JSON.stringify(cells.sort(([a], [b]) => a - b));
  });
  return list.sort().join();
}
