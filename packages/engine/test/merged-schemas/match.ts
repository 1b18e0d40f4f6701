import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { HeliosError } from "@heliosdb/port";
import Database from "better-sqlite3";
import { brokenObjects, runPlain, violationsIn } from "../definitions/plain.js";
import type { Random } from "../definitions/random.js";
import type { Plain } from "../definitions/schema.js";
import { readable } from "../support/exact.js";
import { memoryFolder } from "../support/memory-folder.js";
import { TestDatabase } from "../support/test-database.js";
import { changeOf, createTable, someKinds } from "./changes.js";
import type { Change } from "./making.js";
import { type NormalForm, normalForm } from "./normal-form.js";
import { insertRows, type State, stateOf } from "./rows.js";
import { Missing, type Schema, say, sayTable } from "./schema.js";
import { type Merged, merge, Refused, type Side } from "./three-way.js";

interface Branch {
  readonly name: string;
  /** Plain SQLite that runs the same statements. */
  db: Plain;
  schema: Schema;
  wrote: Set<number>;
}

const EMPTY: Schema = { tables: [], items: [], gone: [] };

/** Two branches of the engine beside a model of what their merges must give. */
export class Match {
  readonly db = new TestDatabase(memoryFolder("helios-merged-"));
  readonly trace: string[] = [];
  merged = 0;
  private ids = 0;
  private copies = 0;
  private main: Branch = { name: "main", db: inMemory(), schema: EMPTY, wrote: new Set() };
  private dev!: Branch;
  private base!: State;

  private readonly kinds;

  constructor(random: Random) {
    this.kinds = someKinds(random);
    for (const name of random.chance(30) ? ["t", "u", "n0"] : ["t", "u"]) {
      const { id } = this;
      this.run(this.main, createTable({ random, schema: this.main.schema, db: this.main.db, id }, name));
    }
    for (let i = 0; i < 7; i++) this.step(0, random, i < 4 ? [] : this.kinds);
    this.fork();
  }

  private readonly id = () => ++this.ids;

  /** One commit on one of the branches. */
  step(branch: number, random: Random, kinds = this.kinds): void {
    const side = branch === 0 ? this.main : this.dev;
    const change = changeOf({ random, schema: side.schema, db: side.db, id: this.id }, kinds);
    if (change) this.run(side, change);
  }

  private run(side: Branch, { statements, next, writes = [] }: Change): void {
    this.trace.push(`${side.name}: ${JSON.stringify(statements)}`);
    const refused = refusal(() => this.db.execute(side.name, ...statements));
    const plain = runPlain(side.db, statements);
    if (refused !== null || plain !== null) this.trace.push(`  → ${refused ?? "ok"} / SQLite: ${plain ?? "ok"}`);
    if ((refused === null) !== (plain === null)) throw new Error(`the engine says ${refused}, SQLite says ${plain}`);
    if (refused !== null) return;
    side.schema = next;
    for (const table of writes) side.wrote.add(table);
    const own = normalForm(side.db);
    const { texts } = normalForm(built({ schema: next, rows: new Map() }));
    if (!isDeepStrictEqual(own.texts, texts)) throw different("the model of a schema", texts, own.texts);
  }

  /** The next round begins where main is. */
  private fork(): void {
    const name = `dev${++this.copies}`;
    this.db.branch(name, "main");
    this.db.execute(name, "CREATE TABLE own (a)", "DROP TABLE own");
    this.main.wrote = new Set();
    this.dev = { name, db: copyOf(this.main.db), schema: this.main.schema, wrote: new Set() };
    this.base = stateOf(this.main.db, this.main.schema);
  }

  /** Merges both ways, each on copies, and compares with what the model says; then both branches go on from there. */
  merge(): void {
    const [from, into] = [this.dev, this.main].map(({ name }) => `${name}-${++this.copies}`);
    this.db.branch(from!, this.dev.name);
    this.db.branch(into!, "main");
    this.trace.push(`merge ${this.dev.name} into main, and the other way round`);
    const [there, here] = [
      this.mergeInto("main", this.dev, this.main),
      this.mergeInto(from!, this.main, this.dev, into),
    ];
    if (there === null || here === null) {
      if (there !== here) throw new Error("one direction was refused alone");
      this.fork();
      return;
    }
    this.merged++;
    for (const each of [this.dev.name, into!]) {
      this.db.merge("main", each, "manual");
      this.expect(each, there.form);
      if (this.db.merge(each, "main", "manual").merged !== 0) throw new Error("a merge that brings nothing did");
    }
    this.expect("main", there.form);
    const { schema } = there.state;
    this.main = { name: "main", db: there.db, schema, wrote: new Set() };
    this.dev = { ...this.dev, db: copyOf(there.db), schema, wrote: new Set() };
    this.base = stateOf(there.db, schema);
  }

  /** What came of it, or null where it is rightly refused. `target` is where the engine does it. */
  private mergeInto(target: string, source: Branch, into: Branch, copy = source.name) {
    const expected = expectedOf(this.base, sideOf(source), sideOf(into));
    let merged = -1;
    const refused = refusal(() => {
      merged = this.db.merge(copy, target, "manual").merged;
    });
    this.trace.push(`  ${copy} into ${target}: ${refused ?? "ok"}; the model: ${expected.refused ?? "ok"}`);
    if (refused !== null && !/^MERGE_(CONFLICT|CONSTRAINT)/.test(refused)) throw new Error(refused);
    if (expected.refused === null && refused !== null && expected.state.unsure) return null;
    if ((expected.refused === null) !== (refused === null)) {
      throw new Error(`the engine says ${refused ?? "ok"}, the model says ${expected.refused ?? "ok"}`);
    }
    if (expected.refused !== null) return null;
    this.expect(target, expected.form);
    return { ...expected, merged };
  }

  private expect(branch: string, form: NormalForm): void {
    const { file } = this.db.place(branch, { kind: "scn", scn: this.db.query(branch, "SELECT 1").scn });
    const db = new Database(join(this.db.directory, "branches", `${file}.db`), { readonly: true });
    try {
      const found = normalForm(db);
      if (!isDeepStrictEqual(found, form)) throw different(branch, form, found);
      const integrity = db.pragma("integrity_check", { simple: true });
      if (integrity !== "ok") throw new Error(`${branch}: ${integrity}`);
    } finally {
      db.close();
    }
  }

  dispose(): void {
    for (const { db } of [this.main, this.dev]) db.close();
    this.db.dispose();
  }
}

type Expected =
  | { readonly refused: string }
  | { readonly refused: null; readonly state: Merged; readonly db: Plain; readonly form: NormalForm };

/** The merged state as a database, or why there can't be one: by the model, and by SQLite for all that it forbids. */
function expectedOf(base: State, source: Side, target: Side): Expected {
  try {
    const state = merge(base, source, target);
    const db = built(state);
    const [broken] = [...violationsIn(db), ...brokenObjects(db)];
    if (broken) return { refused: broken };
    return { refused: null, state, db, form: normalForm(db) };
  } catch (error) {
    const isExpected = error instanceof Refused || error instanceof Missing || error instanceof Database.SqliteError;
    if (isExpected) return { refused: error.message };
    throw error;
  }
}

function built({ schema, rows }: State): Plain {
  const db = inMemory();
  db.pragma("foreign_keys = OFF");
  for (const table of schema.tables) db.exec(sayTable(schema, table));
  for (const table of schema.tables) insertRows(db, table, rows.get(table.id) ?? []);
  const isTrigger = ({ type }: { type: string }) => Number(type === "trigger");
  for (const { text } of [...schema.items].sort((a, b) => isTrigger(a) - isTrigger(b))) db.exec(say(schema, text));
  db.pragma("foreign_keys = ON");
  return db;
}

function sideOf({ db, schema, wrote }: Branch): Side {
  return { ...stateOf(db, schema), wrote };
}

function inMemory(): Plain {
  const db = new Database(":memory:");
  db.pragma("foreign_keys = ON");
  return db;
}

function copyOf(db: Plain): Plain {
  const copy = new Database(db.serialize());
  copy.pragma("foreign_keys = ON");
  return copy;
}

function refusal(call: () => unknown): string | null {
  try {
    call();
    return null;
  } catch (error) {
    if (error instanceof HeliosError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

function different(what: string, wanted: object, found: object): Error {
  const lines = (form: object): string[] =>
    Object.entries(form).flatMap(([name, each]: [string, unknown]) =>
      typeof each === "object" && !Array.isArray(each) ? lines(each as object) : [`${name}: ${JSON.stringify(each)}`],
    );
  const [right, wrong] = [lines(wanted), lines(found)];
  const only = (own: string[], other: string[]) => own.filter((line) => !other.includes(line)).join("\n");
  return new Error(readable(`${what} has\n${only(wrong, right)}\nand should have\n${only(right, wrong)}`));
}
