import type { Connection } from "../../file/connection.js";
import type { Epoch, SchemaObject } from "../../schema/model.js";
import { ident, sameName } from "../../sql/names.js";
import { isWord, tokenize } from "../../sql/tokenize.js";
import type { BranchFile } from "../../write/branch-file.js";
import { changeSchema } from "../../write/ddl.js";
import { attempt, SchemaConflict } from "./conflict.js";
import { isSameText, mergeText, objectKey } from "./object-text.js";

/**
 * Changes to indexes, views and triggers. Drops come before tables are altered, because the objects could prevent that.
 */
export interface ObjectPlan {
  readonly drops: readonly SchemaObject[];
  readonly creates: readonly SchemaObject[];
  /** The target's own objects that are dropped only temporarily. */
  readonly returning: readonly SchemaObject[];
}

/** A state before the merge: its schema, and a connection that reads it. */
export interface OneState {
  readonly db: Connection;
  readonly epoch: Pick<Epoch, "objects">;
}

/** The caller's resolution of a conflict about the object or table with this name. */
export type Decide = (name: string) => "source" | "target" | null;

/**
 * Merges indexes, views and triggers three-way by their definitions. All are compared, and taken over, as they read
 * with the names of the merged schema: a rename inside a definition is not a change of it, and the same text may mean
 * something else by now.
 */
export function planObjects(
  were: readonly SchemaObject[],
  theirs: readonly SchemaObject[],
  own: readonly SchemaObject[],
  decide: Decide,
): ObjectPlan {
  const drops: SchemaObject[] = [];
  const creates: SchemaObject[] = [];
  for (const key of new Set([...were, ...theirs].map(objectKey))) {
    const [was, there, here] = [were, theirs, own].map((objects) =>
      objects.find((object) => objectKey(object) === key),
    );
    const merged = mergeText(was?.sql, there?.sql, here?.sql);
    if (merged && isSameText(merged.text, here?.sql)) continue;
    if (!merged) {
      const { name, type } = (there ?? was)!;
      const decision = decide(name);
      if (decision === null) throw new SchemaConflict(name, `both sides changed this ${type} differently`);
      if (decision === "target") continue;
    }
    if (here) drops.push(here);
    if (there) creates.push(there);
  }
  creates.sort((a, b) => theirs.indexOf(a) - theirs.indexOf(b));
  return { drops, creates, returning: [] };
}

/**
 * SQLite alters no table while some view or trigger is unusable, for example because a view that it reads is dropped
 * for now; and dropping a view drops its triggers. So if a view is dropped, or tables change, all views and triggers
 * that the plan leaves alone are dropped and made again, with the names that they need by then.
 */
export function withDependents(plan: ObjectPlan, own: readonly SchemaObject[], changesTables: boolean): ObjectPlan {
  const { drops, creates } = plan;
  const views = drops.filter((object) => object.type === "view");
  if (views.length === 0 && !changesTables) return plan;
  const returning = own.filter((object) => object.type !== "index" && !drops.includes(object));
  const isView =
    (name: string) =>
    ({ type, name: other }: SchemaObject) =>
      type === "view" && sameName(other, name);
  for (const { type, name, table } of returning) {
    if (type === "trigger" && views.some(isView(table)) && ![...creates, ...returning].some(isView(table))) {
      throw new SchemaConflict(table, `the source dropped this view, and ${name} on the target depends on it`);
    }
  }
  return { drops, creates, returning };
}

export function dropObjects(file: BranchFile, { drops, returning }: ObjectPlan, scn: number): void {
  const gone = [...drops, ...returning];
  if (gone.length === 0) return;
  attempt(gone[0]!.name, () =>
    changeSchema(file, scn, undefined, () => {
      for (const object of [...gone].reverse())
        file.db.exec(`DROP ${object.type} IF EXISTS main.${ident(object.name)}`);
    }),
  );
}

/**
 * Makes the planned objects, when tables and rows are complete. An object that was usable on the source must be usable
 * here, unless the caller chooses to do without it. Views and triggers are tried when all exist, since they may name
 * each other.
 */
export function createObjects(
  file: BranchFile,
  { drops, creates, returning }: ObjectPlan,
  scn: number,
  source: OneState,
  decide: Decide,
): void {
  const unlessKept = (object: SchemaObject, make: () => void) => {
    try {
      attempt(object.name, make);
    } catch (error) {
      if (!(error instanceof SchemaConflict) || decide(object.name) !== "target") throw error;
      const own = drops.find((dropped) => objectKey(dropped) === objectKey(object));
      if (own) attempt(own.name, () => file.db.exec(own.sql));
    }
  };
  const isTrigger = ({ type }: SchemaObject) => type === "trigger";
  const all = [...creates, ...returning];
  // Views come before the triggers on them.
  const inOrder = [...all.filter((object) => !isTrigger(object)), ...all.filter(isTrigger)];
  if (all.length > 0) {
    changeSchema(file, scn, undefined, () => {
      for (const object of inOrder) unlessKept(object, () => file.db.exec(object.sql));
    });
  }
  for (const object of creates) {
    const problem = problemOf(file.db, object);
    if (!problem || !wasUsable(source, object)) continue;
    changeSchema(file, scn, undefined, () =>
      unlessKept(object, () => {
        file.db.exec(`DROP ${object.type} main.${ident(object.name)}`);
        throw problem;
      }),
    );
  }
}

/** Throws if a view or trigger that was usable in the target before the merge no longer is. */
export function checkObjects(file: BranchFile, before: OneState): void {
  for (const object of file.epoch.objects) {
    const problem = problemOf(file.db, object);
    if (problem && wasUsable(before, object)) {
      throw new SchemaConflict(object.name, `this ${object.type} can't be used after the merge: ${problem.message}`);
    }
  }
}

/** Whether a state had the view or trigger, there perhaps on a table of another name, and it could be used. */
function wasUsable({ db, epoch }: OneState, object: SchemaObject): boolean {
  const own = epoch.objects.find((each) => objectKey(each) === objectKey(object));
  return own !== undefined && problemOf(db, own) === null;
}

/** The problem of a view or trigger: SQLite checks its names only when it is used. */
function problemOf(db: Connection, object: SchemaObject): Error | null {
  try {
    if (object.type !== "index") db.prepare(useOf(db, object));
    return null;
  } catch (error) {
    return error as Error;
  }
}

/** A statement that reads the view or fires the trigger. It is compiled and never run. */
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
