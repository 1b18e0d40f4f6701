import { rmSync } from "node:fs";
import { join } from "node:path";
import { HeliosError, type MergeRequest } from "@heliosdb/port";
import Database from "better-sqlite3";
import { expect } from "vitest";
import { epochNow, storedTables } from "../../src/schema/epochs.js";
import { findTables } from "../../src/schema/introspect.js";
import type { TableDef } from "../../src/schema/model.js";
import { memoryFolder } from "../support/memory-folder.js";
import { TestDatabase } from "../support/test-database.js";
import { type Contents, contentsOfBranch, contentsOfPlain } from "./contents.js";
import { brokenObjects, copyOf, newOnes, runPlain, violationsIn } from "./plain.js";
import { checkRows } from "./row-oracle.js";
import { entriesOf, type Plain } from "./schema.js";

interface State {
  readonly branch: string;
  readonly scn: number;
  readonly contents: Contents;
}

/** A database beside plain SQLite databases, one for each branch, that run the same statements. */
export class World {
  readonly db = new TestDatabase(memoryFolder("helios-definitions-"));
  readonly twins = new Map<string, Plain>();
  readonly states: State[] = [];
  readonly trace: string[] = [];
  private copies = 0;
  merged = 0;

  constructor() {
    const twin = new Database(":memory:");
    twin.pragma("foreign_keys = ON");
    this.twins.set("main", twin);
  }

  twin(branch: string): Plain {
    return this.twins.get(branch)!;
  }

  branch(name: string, parent: string): void {
    this.db.branch(name, parent);
    // So that it has a file of its own.
    this.db.execute(name, "CREATE TABLE own (a)", "DROP TABLE own");
    const twin = new Database(this.twin(parent).serialize());
    twin.pragma("foreign_keys = ON");
    this.twins.set(name, twin);
  }

  /** One commit in the engine and in SQLite: both take it and hold the same afterwards, or both refuse it. */
  commit(branch: string, statements: readonly string[]): void {
    if (statements.length === 0) return;
    const twin = this.twin(branch);
    let scn = 0;
    this.trace.push(`${branch}: ${JSON.stringify(statements)}`);
    const refused = refusal(() => {
      scn = this.db.execute(branch, ...statements).scn;
    });
    const plain = runPlain(twin, statements);
    this.trace.push(`  → ${refused ?? "ok"}${plain === refused ? "" : ` / SQLite: ${plain ?? "ok"}`}`);
    if ((refused === null) !== (plain === null)) {
      throw new Error(
        `the engine says ${refused ?? "ok"}, SQLite says ${plain ?? "ok"} to ${JSON.stringify(statements)}`,
      );
    }
    if (refused !== null) return;
    const contents = contentsOfPlain(twin);
    this.expectContents(branch, contents);
    this.expectTexts(branch);
    this.states.push({ branch, scn, contents });
  }

  expectContents(branch: string, contents: Contents, scn?: number): void {
    const at = scn === undefined ? undefined : ({ kind: "scn", scn } as const);
    expect({ branch, scn, contents: contentsOfBranch(this.db, branch, at) }).toEqual({ branch, scn, contents });
  }

  private expectTexts(branch: string): void {
    const path = this.fileOf(branch);
    const file = new Database(path, { readonly: true });
    const texts = (db: Plain) =>
      entriesOf(db)
        .map(({ type, name, sql }) => `${type} ${name}: ${sql}`)
        .sort();
    expect(texts(file)).toEqual(texts(this.twin(branch)));
    expectRecord(file);
    file.close();
  }

  fileOf(branch: string): string {
    const { file } = this.db.place(branch, { kind: "scn", scn: this.db.query(branch, "SELECT 1").scn });
    return join(this.db.directory, "branches", `${file}.db`);
  }

  /**
   * Merges one branch into another, and on copies the other way round: both must give the same, in which everything can
   * still be used, or both be refused. `base` is where the two forked, if they have not been merged since.
   */
  merge(source: string, target: string, strategy: MergeRequest["strategy"], base?: Contents): boolean {
    const { db } = this;
    const n = ++this.copies;
    const [from, into] = [`${source} ${n}`, `${target} ${n}`].map((name) => name.replaceAll(" ", "-"));
    db.branch(from!, source);
    db.branch(into!, target);
    const before = { source: contentsOfBranch(db, source), target: contentsOfBranch(db, target) };
    const [theirs, own] = [this.twin(source), this.twin(target)];
    let [scn, isChanged] = [0, true];
    this.trace.push(`merge ${source} into ${target} (${strategy})`);
    const there = refusal(() => {
      ({ scn, changed: isChanged } = db.merge(source, target, strategy));
    });
    const mirrored = strategy === "source" ? "target" : strategy === "target" ? "source" : strategy;
    const back = refusal(() => db.merge(into!, from!, mirrored));
    this.trace.push(`  → ${there ?? "ok"} / mirrored: ${back ?? "ok"}`);
    const isOneWay = there === null ? breaks(back, own) : back === null && breaks(there, theirs);
    if (there === null && isOneWay) {
      this.twins.get(target)!.close();
      this.twins.set(target, copyOf(this.fileOf(target)));
      this.states.push({ branch: target, scn, contents: contentsOfBranch(db, target) });
      return true;
    }
    if ((there === null) !== (back === null) && !isOneWay) {
      throw new Error(`asymmetric merge: ${source} into ${target}: ${there ?? "ok"}; mirrored: ${back ?? "ok"}`);
    }
    if (there !== null) {
      this.expectContents(target, before.target);
      return false;
    }
    const contents = contentsOfBranch(db, target);
    if (!isChanged) {
      expect(contents).toEqual(before.target);
      return true;
    }
    expect({ mirrored: contentsOfBranch(db, from!) }).toEqual({ mirrored: contents });
    const merged = copyOf(this.fileOf(target));
    expect(contentsOfPlain(merged)).toEqual(contents);
    this.expectUsable(target, merged, theirs, own);
    if (base && strategy === "manual" && !this.hasExchanged()) checkRows(base, before.source, before.target, contents);
    for (const each of [into!, from!]) {
      this.trace.push(`merge ${target} into ${each}`);
      db.merge(target, each, "manual");
      this.expectContents(each, contents);
      expect(db.merge(each, target, "manual").merged).toBe(0);
    }
    this.expectContents(target, contents);
    this.twins.get(target)!.close();
    this.twins.set(target, merged);
    this.states.push({ branch: target, scn, contents });
    this.merged++;
    return true;
  }

  private expectUsable(target: string, merged: Plain, theirs: Plain, own: Plain): void {
    const file = new Database(this.fileOf(target), { readonly: true });
    expect(file.pragma("integrity_check", { simple: true })).toBe("ok");
    file.close();
    const known = [...violationsIn(theirs), ...violationsIn(own)];
    expect({ violations: newOnes(known, violationsIn(merged)) }).toEqual({ violations: [] });
    const were = [theirs, own].map((db) => brokenObjects(db).map((text) => text.split(":")[0]!));
    const broken = brokenObjects(merged).filter((text) => !were.some((names) => names.includes(text.split(":")[0]!)));
    expect({ broken }).toEqual({ broken: [] });
  }

  /** Brings a branch back to one of its states, or tries it. */
  restore(branch: string, choice: number): void {
    const own = this.states.filter((state) => state.branch === branch);
    const to = own[choice % own.length];
    if (!to) return;
    const before = contentsOfBranch(this.db, branch);
    this.trace.push(`restore ${branch} to ${to.scn}`);
    this.db.restore(branch, { kind: "scn", scn: to.scn }, { dryRun: true });
    this.expectContents(branch, before);
    const { changed, scn } = this.db.restore(branch, { kind: "scn", scn: to.scn });
    this.expectContents(branch, to.contents);
    if (!changed) return;
    this.adopt(branch);
    this.states.push({ branch, scn, contents: to.contents });
  }

  /** What the branch's file holds is what SQLite goes on from. */
  private adopt(branch: string): void {
    this.twin(branch).close();
    this.twins.set(branch, copyOf(this.fileOf(branch)));
    expect(contentsOfPlain(this.twin(branch))).toEqual(contentsOfBranch(this.db, branch));
  }

  /** Downloads a branch, changes the file with SQLite itself, and loads it again: it must hold what the file does. */
  upload(branch: string, statements: readonly string[]): void {
    const path = this.db.export(branch);
    const file = new Database(path);
    file.pragma("foreign_keys = ON");
    this.trace.push(`upload ${branch}: ${JSON.stringify(statements)}`);
    const refused = runPlain(file, statements);
    file.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    const contents = contentsOfPlain(file);
    const isBroken = brokenObjects(file).length > 0;
    file.close();
    const [name, into] = [`upload-${++this.copies}`, `into-${this.copies}`];
    this.db.branch(into, branch);
    try {
      this.db.import(name, path, { branch });
    } finally {
      for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
    }
    this.expectContents(name, contents);
    this.trace.push(`  → ${refused ?? "ok"}; merge ${name} into ${into}`);
    // No merge brings along what can't be used.
    if (isBroken) return;
    this.db.merge(name, into, "manual");
    this.expectContents(into, contents);
    this.db.merge(into, name, "manual");
    this.expectContents(name, contents);
  }

  /** Two states of a branch differ where their contents do. */
  diff(branch: string, choice: number): void {
    const own = this.states.filter((state) => state.branch === branch);
    const [a, b] = [own[choice % own.length], own[(choice >> 8) % own.length]];
    if (!a || !b) return;
    this.trace.push(`diff ${branch} ${a.scn} ${b.scn}`);
    const [from, to] = [a, b].map(({ scn }) => ({ branch, at: { kind: "scn" as const, scn } }));
    const page = this.db.read({ op: "diff", request: { from: from!, to: to!, limit: 1000 } });
    const found = new Set(page.tables.map(({ table }) => table));
    for (const [name, was] of Object.entries(a.contents)) {
      const is = b.contents[name];
      if (typeof was === "string" || is === undefined || typeof is === "string" || this.hasExchanged()) continue;
      // In the middle of a rebuild, the rows are in the table that was put aside.
      if ([a, b].some(({ contents }) => `${name}_old` in contents)) continue;
      if (was.columns.join() !== is.columns.join()) continue;
      expect({ name, differs: found.has(name) }).toEqual({ name, differs: was.rows.join("\n") !== is.rows.join("\n") });
    }
  }

  private hasExchanged(): boolean {
    return this.trace.some((line) => line.includes("(aside)"));
  }

  /** Lets retention take what it may; what can still be read must read as ever. */
  prune(): void {
    this.trace.push("prune");
    this.db.control({ op: "setRetention", request: { historyMs: 0, deletedMs: 0 } });
    this.db.maintain();
    this.db.control({ op: "setRetention", request: { historyMs: null, historyBytes: null, deletedMs: 1e9 } });
    const left = this.states.filter(({ branch, scn, contents }) => {
      const refused = refusal(() => this.expectContents(branch, contents, scn));
      expect(refused ?? "POINT_EXPIRED").toMatch(/^POINT_EXPIRED/);
      return refused === null;
    });
    this.states.splice(0, this.states.length, ...left);
  }

  /** Every state reads as it did when it was made; some are read through a branch made from them, too. */
  checkPast(seed: number): void {
    for (const { branch, scn, contents } of this.states) this.expectContents(branch, contents, scn);
    for (const [i, { branch, scn, contents }] of this.states.entries()) {
      if ((i + seed) % 5 !== 0) continue;
      const name = `past-${++this.copies}`;
      this.db.branch(name, branch, { kind: "scn", scn });
      this.db.execute(name, 'CREATE TABLE "made here" (a)', 'DROP TABLE "made here"');
      this.expectContents(name, contents);
    }
  }

  dispose(): void {
    for (const twin of this.twins.values()) twin.close();
    this.db.dispose();
  }
}

/** What a HeliosError says; null where none was thrown. */
export function refusal(call: () => unknown): string | null {
  try {
    call();
    return null;
  } catch (error) {
    if (error instanceof HeliosError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

/** Whether a merge was refused since it would have brought along what is broken on its own source already. */
function breaks(refused: string | null, source: Plain): boolean {
  const name = /conflict: (.*?): this (view|trigger) can't be used after the merge/.exec(refused ?? "");
  return name !== null && brokenObjects(source).some((text) => text.startsWith(`${name[2]} ${name[1]}:`));
}

/** What the engine has recorded of a file's tables is what anybody would find who looked at all of them now. */
function expectRecord(file: Plain): void {
  const found = findTables(file).map(({ rootPage: _, ...table }) => table);
  const recorded = epochNow(file).tables;
  const plain = ({ uid: _, columns, ...table }: TableDef) => ({
    ...table,
    columns: columns.map(({ uid: _, fill: __, ...column }) => column),
  });
  expect(recorded.map(plain)).toEqual(found);
  const stored = storedTables(file);
  expect(recorded.map(({ uid }) => stored.get(uid))).toMatchObject(
    recorded.map((def) => ({ def, physical: def.name, dropped: null })),
  );
}
