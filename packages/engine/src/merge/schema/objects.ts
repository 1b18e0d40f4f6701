import type { Connection } from "../../file/connection.js";
import type { SchemaObject } from "../../schema/model.js";
import { ident, sameName } from "../../sql/names.js";
import { isWord, tokenize } from "../../sql/tokenize.js";
import type { BranchFile } from "../../write/branch-file.js";
import { changeSchema } from "../../write/ddl.js";
import { attempt, SchemaConflict } from "./conflict.js";
import { isSameText, mergeText, objectKey } from "./object-text.js";

/** Changes to indexes, views and triggers. Drops come before tables are altered, because they could prevent that. */
export interface ObjectPlan {
  readonly drops: readonly SchemaObject[];
  readonly creates: readonly SchemaObject[];
  /** The target's own that only make way meanwhile. */
  readonly returning: readonly SchemaObject[];
}

/** The caller's resolution of a conflict about the object or table with this name. */
export type Decide = (name: string) => "source" | "target" | null;

/**
 * Indexes, views and triggers, three-way by their text. All are compared, and taken over, as they read with the names of
 * the merged schema: what a rename makes of a text is no change of it, and one text may mean another thing by now.
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
 * SQLite alters no table as long as some view or trigger can't be used, as where another view that it reads is gone for
 * now, and a view's triggers go with it. So where a view goes, or tables change, all views and triggers that the plan
 * leaves alone go and come back, with the names that they say by then.
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
 * Makes what the plan makes, when tables and rows are what they are to be. What could be used on the source must be
 * usable here, or the caller does without it. Views and triggers are tried when all are there, since they may name each
 * other.
 */
export function createObjects(
  file: BranchFile,
  { drops, creates, returning }: ObjectPlan,
  scn: number,
  source: Connection,
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
  // A view comes before the triggers on it.
  const inOrder = [...all.filter((object) => !isTrigger(object)), ...all.filter(isTrigger)];
  if (all.length > 0) {
    changeSchema(file, scn, undefined, () => {
      for (const object of inOrder) unlessKept(object, () => file.db.exec(object.sql));
    });
  }
  for (const object of creates) {
    const problem = problemOf(file.db, object);
    if (!problem || problemOf(source, object)) continue;
    changeSchema(file, scn, undefined, () =>
      unlessKept(object, () => {
        file.db.exec(`DROP ${object.type} main.${ident(object.name)}`);
        throw problem;
      }),
    );
  }
}

/** Throws where a view or trigger that could be used in the target before the merge can't be used any more. */
export function checkObjects(file: BranchFile, before: Connection): void {
  for (const object of file.epoch.objects) {
    const problem = problemOf(file.db, object);
    if (problem && !problemOf(before, object)) {
      throw new SchemaConflict(object.name, `this ${object.type} can't be used after the merge: ${problem.message}`);
    }
  }
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
