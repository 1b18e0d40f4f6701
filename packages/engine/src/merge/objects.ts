import type { Connection } from "../file/connection.js";
import type { Epoch, SchemaObject } from "../schema/model.js";
import { ident, sameName } from "../sql/names.js";
import { isWord, nameOf, type Token, tokenize, withoutStyle } from "../sql/tokenize.js";
import type { BranchFile } from "../write/branch-file.js";
import { changeSchema } from "../write/ddl.js";
import { attempt, SchemaConflict } from "./conflict.js";
import type { Identity } from "./identity.js";

/** What the merge does to indexes, views and triggers: drops before tables are altered, which they could hinder. */
export interface ObjectPlan {
  readonly drops: readonly SchemaObject[];
  readonly creates: readonly SchemaObject[];
}

/** What the caller wants of a conflict over an object or table of this name. */
export type Decide = (name: string) => "source" | "target" | null;

/** Indexes, views and triggers, three-way by their text. What a rename made of a text does not count as a change. */
export function planObjects(base: Epoch, source: Epoch, target: Epoch, identity: Identity, decide: Decide): ObjectPlan {
  const keys = new Set([...base.objects, ...source.objects].map(objectKey));
  const [bySource, byTarget] = [renamesOf(base, source, identity), renamesOf(base, target, identity)];
  const drops: SchemaObject[] = [];
  const creates: SchemaObject[] = [];
  for (const key of keys) {
    const [was, there, here] = [base, source, target].map((epoch) =>
      epoch.objects.find((object) => objectKey(object) === key),
    );
    if (isRenamed(was, there, bySource) || sameObject(there, here)) continue;
    const problem = isRenamed(was, here, byTarget)
      ? renamedAway(there, byTarget)
      : "was changed differently on each side";
    if (problem !== null) {
      const { name, type } = (there ?? was)!;
      const decision = decide(name);
      if (decision === null) throw new SchemaConflict(name, `this ${type} ${problem}`);
      if (decision === "target") continue;
    }
    if (here) drops.push(here);
    if (there) creates.push(there);
  }
  const order = [...source.objects];
  creates.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return withTriggersOfViews({ drops, creates }, target);
}

/** Dropping a view takes its triggers along: those that the plan leaves alone must come back with it. */
function withTriggersOfViews({ drops, creates }: ObjectPlan, target: Epoch): ObjectPlan {
  const views = drops.filter((object) => object.type === "view");
  const along = target.objects.filter(
    (object) =>
      object.type === "trigger" && views.some((view) => sameName(view.name, object.table)) && !drops.includes(object),
  );
  for (const trigger of along) {
    if (!creates.some((object) => object.type === "view" && sameName(object.name, trigger.table))) {
      throw new SchemaConflict(trigger.table, `the source dropped this view and the target has ${trigger.name} on it`);
    }
  }
  return { drops: [...drops, ...along], creates: [...creates, ...along] };
}

export function dropObjects(file: BranchFile, { drops }: ObjectPlan, scn: number): void {
  if (drops.length === 0) return;
  attempt(drops[0]!.name, () =>
    changeSchema(file, scn, undefined, () => {
      for (const object of [...drops].reverse())
        file.db.exec(`DROP ${object.type} IF EXISTS main.${ident(object.name)}`);
    }),
  );
}

/** Makes what the plan makes; what could be used on the source must be usable here, or the caller does without it. */
export function createObjects(
  file: BranchFile,
  { drops, creates }: ObjectPlan,
  scn: number,
  source: Connection,
  decide: Decide,
): void {
  for (const object of creates) {
    try {
      attempt(object.name, () => createObject(file, object, scn, source));
    } catch (error) {
      if (!(error instanceof SchemaConflict) || decide(object.name) !== "target") throw error;
      const own = drops.find((dropped) => objectKey(dropped) === objectKey(object));
      if (own) attempt(own.name, () => changeSchema(file, scn, undefined, () => file.db.exec(own.sql)));
    }
  }
}

function createObject(file: BranchFile, object: SchemaObject, scn: number, source: Connection): void {
  changeSchema(file, scn, undefined, () => file.db.exec(object.sql));
  const problem = problemOf(file.db, object);
  if (!problem || problemOf(source, object)) return;
  changeSchema(file, scn, undefined, () => file.db.exec(`DROP ${object.type} main.${ident(object.name)}`));
  throw problem;
}

/** What is wrong with a view or trigger: SQLite looks at what it names only when it is used. */
function problemOf(db: Connection, object: SchemaObject): Error | null {
  try {
    if (object.type !== "index") db.prepare(useOf(db, object));
    return null;
  } catch (error) {
    return error as Error;
  }
}

/** A statement that reads the view or fires the trigger; it is compiled and never run. */
function useOf(db: Connection, { type, name, table, sql }: SchemaObject): string {
  if (type === "view") return `SELECT * FROM main.${ident(name)}`;
  const into = `main.${ident(table)}`;
  switch (tokenize(sql).find((token, i) => i > 2 && isWord(token, "INSERT", "UPDATE", "DELETE"))?.value) {
    case "INSERT":
      return `INSERT INTO ${into} DEFAULT VALUES`;
    case "DELETE":
      return `DELETE FROM ${into}`;
    default: {
      const query = "SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden = 0";
      const columns = db.prepare(query).pluck().all(table) as string[];
      return `UPDATE ${into} SET ${columns.map((column) => `${ident(column)} = ${ident(column)}`).join(", ")}`;
    }
  }
}

/** A table or column that one side renamed. */
interface Rename {
  /** The table's name in the base. */
  readonly table: string;
  readonly from: string;
  readonly to: string;
}

function renamesOf(base: Epoch, side: Epoch, identity: Identity): Rename[] {
  return base.tables.flatMap((table) => {
    const now = identity.table(side, table);
    if (!now) return [];
    const columns = table.columns.map((column) => ({ from: column.name, to: identity.column(now, column)?.name }));
    return [{ from: table.name, to: now.name }, ...columns].flatMap(({ from, to }) =>
      to === undefined || sameName(from, to) ? [] : [{ table: table.name, from, to }],
    );
  });
}

/** True where the text is still that of the base, but for names that the side changed. */
function isRenamed(was: SchemaObject | undefined, now: SchemaObject | undefined, renames: readonly Rename[]): boolean {
  if (!was || !now) return was === now;
  if (sameObject(was, now)) return true;
  const [before, after] = [wordsOf(was), wordsOf(now)];
  const isSame = (word: string, i: number) =>
    word === after[i] || renames.some(({ from, to }) => sameName(from, word) && sameName(to, after[i]!));
  return before.length === after.length && before.every(isSame);
}

/** A text that names what is called otherwise in the target, or is another thing there, can't be taken over. */
function renamedAway(object: SchemaObject | undefined, byTarget: readonly Rename[]): string | null {
  if (!object || byTarget.length === 0) return null;
  const words = new Set(wordsOf(object));
  const names = (name: string) => words.has(name.toUpperCase());
  const renamed = byTarget.find(({ table, from }) => names(table) && names(from));
  return renamed ? `names ${renamed.from}, which the target renamed: merge the target into the source first` : null;
}

function wordsOf({ sql }: SchemaObject): string[] {
  return tokenize(sql).map(wordOf);
}

function wordOf(token: Token): string {
  return token.kind === "word" || token.kind === "quoted" ? nameOf(token).toUpperCase() : token.text;
}

export function sameObject(a: SchemaObject | undefined, b: SchemaObject | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.sql === b.sql || withoutStyle(a.sql) === withoutStyle(b.sql);
}

export function objectKey(object: SchemaObject): string {
  return `${object.type} ${object.name.toLowerCase()}`;
}
