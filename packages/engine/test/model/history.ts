import { rmSync } from "node:fs";
import { HeliosError, type MergeRequest, type PointInTime, type Value } from "@heliosdb/port";
import Database from "better-sqlite3";
import { readable } from "../support/exact.js";
import { memoryFolder } from "../support/memory-folder.js";
import { ENGINE_ALONE } from "../support/runner.js";
import { TestDatabase } from "../support/test-database.js";
import { checkAsOf, checkManyPoints } from "./as-of.js";
import { QueryMaker } from "./as-of-query.js";
import { Cast, type WriteStep } from "./cast.js";
import { checkDifference, checkRowHistory } from "./histories.js";
import type { Kind, Statement } from "./kinds/kind.js";
import { EARLY_SCN } from "./kinds/names.js";
import { type MergedState, MergeModel, type ModelCommit, type Row } from "./merge-model.js";
import { ModelBranch } from "./model-branch.js";
import { Reference, readingSql, UNREADABLE, type WholeState } from "./reference.js";
import type { Step } from "./steps.js";
import type { WrittenRow } from "./written-rows.js";

const MAX_BRANCHES = 6;
/** With AS OF, for each set of points in time. */
const QUERIES = 4;
/** Points in time in one query. */
const MANY = 12;
const KEEP_ALL = { historyMs: null, historyBytes: null } as const;

/** Plays steps on the engine and on the model side by side, and compares them. */
export class History {
  database: TestDatabase;
  /** Statements and other steps played. */
  operations = 0;
  private readonly commits = new Map<number, ModelCommit>();
  private readonly images = new Map<number, Buffer>();
  private readonly states = new Map<number, WholeState>();
  private branches: ModelBranch[] = [];
  private deleted: ModelBranch[] = [];
  private made = 0;
  private value = 100;
  private uses = 0;
  /** A branch was made from a past point after history had been removed. */
  private late = false;

  private readonly cast: Cast;

  /** Tables of which the model has to know who wrote a row last. */
  private readonly watched: readonly Kind[];

  /** Plays with the tables of these numbers; with `merges`, their definitions must stay. */
  constructor(chosen: readonly number[], merges: boolean, runner = ENGINE_ALONE) {
    this.database = new TestDatabase(memoryFolder("helios-model-"), 0, runner);
    this.cast = new Cast(chosen);
    this.watched = merges ? this.cast.kinds : [];
    const { scn } = this.database.execute("main", ...this.cast.schema);
    const main = new ModelBranch(
      "main",
      this.database.info("main").id,
      null,
      Reference.fresh(this.cast.schema, this.watched),
    );
    this.branches.push(main);
    this.record(main, scn, []);
    this.database.control({ op: "setRetention", request: KEEP_ALL });
  }

  play(step: Step): void {
    this.operations += step.do === "write" ? step.statements.length : 1;
    switch (step.do) {
      case "write":
        this.write(this.pick(step.branch), step.statements);
        break;
      case "branch":
        this.fork(this.pick(step.parent), step.past, step.follows);
        break;
      case "merge":
        this.merge(this.pick(step.source), this.pick(step.target), step.strategy);
        break;
      case "restore":
        this.restore(this.pick(step.branch), step.past, step.dryRun);
        break;
      case "reset":
        this.reset(this.pick(step.branch), step.past);
        break;
      case "delete":
        this.delete(this.pick(step.branch));
        break;
      case "undelete":
        this.undelete(step.branch);
        break;
      case "snapshot":
        this.snapshot(this.pick(step.branch), step.past);
        break;
      case "diff":
        this.diff(this.pick(step.from), this.pick(step.to), step.past);
        break;
      case "asOf":
        this.asOf(this.pick(step.branch), step.pasts, step.seed);
        break;
      case "rows":
        this.rowHistory(this.pick(step.branch), step.table, step.key);
        break;
      case "upsert":
        this.upsert(this.pick(step.branch), step.key, step.other);
        break;
      case "load":
        this.load(this.pick(step.branch), step.key);
        break;
      case "prune":
        this.prune();
        break;
      case "reopen":
        this.database.reopen();
        break;
      case "crash":
        this.database.kill();
        break;
    }
  }

  /** Every branch at now, and a sample of what each can see of the past. */
  check(sample: number): void {
    for (const branch of this.branches) {
      this.compare(branch, branch.head, null);
      for (let i = 0; i < sample; i++) this.comparePast(branch, branch.someReadable(this.random()));
    }
  }

  /** A sample of the past of each branch, through rewound copies. */
  checkByCopy(sample: number): void {
    for (const branch of this.branches) {
      for (let i = 0; i < sample; i++) {
        const scn = branch.someReadable(this.random());
        if (scn === undefined || branch.expired.has(scn)) continue;
        try {
          const { file, at } = this.database.place(branch.name, { kind: "scn", scn });
          this.database.makeCopy(file, at);
        } catch (error) {
          // A kept state needs no copy: it has a file.
          if (!branch.kept.has(scn)) this.expectExpired(error, branch, scn);
        }
        this.comparePast(branch, scn);
      }
    }
  }

  dispose(): void {
    for (const branch of [...this.branches, ...this.deleted]) branch.close();
    this.database.dispose();
  }

  private write(branch: ModelBranch, steps: readonly WriteStep[]): void {
    const played = steps.map((step) => this.cast.play(step, ++this.value));
    if (played.every(({ statements }) => statements.length === 1)) {
      this.commit(
        branch,
        played.flatMap(({ statements }) => statements),
      );
      return;
    }
    for (const { statements, how } of played) {
      if (how === "together") this.commit(branch, statements);
      else for (const statement of statements) this.commit(branch, [statement]);
    }
  }

  private commit(
    branch: ModelBranch,
    statements: readonly Statement[],
    write: () => { changed: boolean; scn: number } = () => this.database.execute(branch.name, ...statements),
  ): void {
    if (statements.length === 0) return;
    const reference = this.own(branch);
    const expected = reference.run(statements);
    const written = reference.takeWritten();
    const told = () => statements.map(({ sql, params }) => `${sql} ${params.map(String)}`).join("; ");
    let scn: number | null = null;
    try {
      const result = write();
      if (!expected) throw new Error(`the engine took what SQLite refuses: ${told()}`);
      if (result.changed) scn = result.scn;
    } catch (error) {
      if (!(error instanceof HeliosError) || expected) throw new Error(`${told()}: ${String(error)}`, { cause: error });
    }
    if (scn !== null) this.record(branch, scn, [branch.head], written);
    else if (!isSame(reference.state(), this.states.get(branch.head)!)) throw new Error(`no commit for ${told()}`);
  }

  /** The key says which row is meant: it is given what is said of it, or comes. */
  private upsert(branch: ModelBranch, key: number, other: number): void {
    const table = this.cast.kinds.some(({ name }) => name === "given") ? "given" : "ints";
    const value = ++this.value;
    const [few, fresh] = [BigInt(other % 3), BigInt(value)];
    const given: Record<string, Value>[] =
      table === "given"
        ? [{ a: few }, { n: fresh }, { a: few, n: fresh }]
        : [{ b: few }, { a: fresh }, { a: fresh, b: few }];
    const row = given[(key + other) % given.length]!;
    const [names, values] = [Object.keys(row), Object.values(row)];
    const places = names.map((_, i) => `?${i + 2}`);
    const set = names.map((name, i) => `${name} = ${places[i]}`).join(", ");
    const params = [BigInt(key), ...values];
    const statements = [
      { sql: `UPDATE ${table} SET ${set} WHERE id = ?1`, params },
      {
        sql: `INSERT INTO ${table} (id, ${names.join(", ")}) SELECT ?1, ${places.join(", ")}
          WHERE NOT EXISTS (SELECT 1 FROM ${table} WHERE id = ?1)`,
        params,
      },
    ];
    const write = () => this.database.insert(branch.name, table, [{ id: BigInt(key), ...row }], "update");
    this.commit(branch, statements, write);
  }

  /** The file comes back with a row that refers to none, which no later merge has to answer for. */
  private load(parent: ModelBranch, key: number): void {
    if (this.branches.length >= MAX_BRANCHES || !this.cast.kinds.some(({ name }) => name === "children")) return;
    const name = `m${++this.made}`;
    const path = this.database.export(parent.name);
    const file = new Database(path);
    file.pragma("foreign_keys = OFF");
    const id = ++this.value;
    file.prepare("INSERT INTO children VALUES (?, ?, ?)").run(id, 5_000_000 + key, id);
    const image = file.serialize();
    file.close();
    try {
      const info = this.database.import(name, path, { branch: parent.name });
      const branch = new ModelBranch(name, info.id, parent, Reference.from(image, this.watched));
      branch.begin(0, parent.lineageTo(null));
      this.branches.push(branch);
      this.record(branch, info.headScn, [parent.head]);
    } finally {
      rmSync(path, { force: true });
    }
  }

  private fork(parent: ModelBranch, past: number | null, follows: boolean): void {
    if (this.branches.length >= MAX_BRANCHES) return;
    const name = `m${++this.made}`;
    const at = past === null ? parent.head : parent.readable(past);
    if (at === undefined) return;
    const isolated = past !== null || !follows;
    // After a reset the SCN of the head alone would name what was before it.
    const lineage = parent.lineageTo(past === null ? null : at);
    const point: PointInTime | undefined = past === null ? undefined : { kind: "scn", scn: at };
    try {
      const { id } = this.database.control({
        op: "createBranch",
        request: { name, parent: parent.name, at: point, isolated },
      });
      const branch = new ModelBranch(
        name,
        id,
        parent,
        isolated ? Reference.from(this.images.get(lineage.at(-1)!)!, this.watched) : null,
      );
      if (isolated) branch.begin(0, lineage);
      this.late ||= past !== null && parent.pruned;
      this.branches.push(branch);
    } catch (error) {
      this.expectExpired(error, parent, at);
    }
  }

  private merge(source: ModelBranch, target: ModelBranch, strategy: MergeRequest["strategy"]): void {
    if (source === target) return;
    const expected = new MergeModel(this.cast.kinds, this.commits).merge(source.head, target.head, strategy as "auto");
    const before = expected === null ? null : this.own(target).image();
    const holds = expected === null || this.own(target).become(this.cast.kinds, expected.rows);
    const conflicts = expected?.open ?? false;
    const wanted = conflicts ? "MERGE_CONFLICT" : holds ? "ok" : "MERGE_CONSTRAINT";
    // Without a choice of its own among the steps, so that seeds go on naming the same histories.
    if (this.operations % 3 === 0)
      this.dryMerge([source.name, target.name, strategy], conflicts ? "ok" : wanted, expected);
    const from = source.head;
    let [found, reason, scn] = ["ok", "", 0];
    try {
      const result = this.database.merge(source.name, target.name, strategy);
      if (expected === null ? result.changed : !result.changed) throw new Error(`changed: ${result.changed}`);
      const [merged, count] = [expected?.merged ?? 0, expected?.conflicts ?? 0];
      if (result.merged !== merged || result.conflictCount !== count) {
        throw new Error(`merged ${result.merged} with ${result.conflictCount} conflicts, not ${merged} with ${count}`);
      }
      scn = result.scn;
    } catch (error) {
      if (!(error instanceof HeliosError)) throw error;
      found = error.code;
      reason = error.message;
    }
    // What such a branch shares with others may be older than what they had to keep until it came.
    if (found === "POINT_EXPIRED" && this.late) {
      this.undo(target, before);
      return;
    }
    if (found !== wanted)
      throw new Error(`merge of ${source.name} into ${target.name}: ${found}, not ${wanted} (${reason})`);
    if (found === "ok" && expected) this.record(target, scn, [target.head, from]);
    if (found !== "ok") this.undo(target, before);
  }

  /** Says what the merge would come to; that nothing has changed shows when it comes, and in every later comparison. */
  private dryMerge(
    [source, target, strategy]: [string, string, MergeRequest["strategy"]],
    wanted: string,
    expected: MergedState | null,
  ): void {
    let found = "ok";
    try {
      const { changed, merged, conflictCount } = this.database.merge(source, target, strategy, { dryRun: true });
      const open = expected?.open ?? false;
      const told = JSON.stringify({ changed, merged: open ? "undecided" : merged, conflictCount });
      const right = {
        changed: false,
        merged: open ? "undecided" : (expected?.merged ?? 0),
        conflictCount: expected?.conflicts ?? 0,
      };
      if (told !== JSON.stringify(right)) throw new Error(`a dry run told ${told}, not ${JSON.stringify(right)}`);
    } catch (error) {
      if (!(error instanceof HeliosError)) throw error;
      found = error.code;
    }
    if (found === "POINT_EXPIRED" && this.late) return;
    if (found !== wanted) throw new Error(`a dry run of ${source} into ${target}: ${found}, not ${wanted}`);
  }

  private undo(target: ModelBranch, before: Buffer | null): void {
    if (before) target.replace(Reference.from(before, this.watched));
  }

  private restore(branch: ModelBranch, past: number, dryRun: boolean): void {
    const at = branch.readable(past);
    if (at === undefined) return;
    const commit = branch.at(at);
    if (!dryRun) this.own(branch);
    try {
      const result = this.database.restore(branch.name, { kind: "scn", scn: at }, { dryRun });
      if (branch.expired.has(at) && !branch.kept.has(at)) throw new Error(`restored to ${at}, which has gone`);
      if (dryRun) return;
      const same = isSame(this.states.get(commit)!, this.states.get(branch.head)!);
      if (!result.changed && !same) throw new Error(`the restore to ${at} changed nothing`);
      branch.replace(Reference.from(this.images.get(commit)!, this.watched));
      if (result.changed) this.record(branch, result.scn, [branch.head]);
    } catch (error) {
      this.expectExpired(error, branch, at);
    }
  }

  private reset(branch: ModelBranch, past: number | null): void {
    const { parent } = branch;
    if (parent === null || this.deleted.includes(parent)) return;
    const at = past === null ? parent.head : branch.readable(past);
    if (at === undefined) return;
    const lineage = past === null ? parent.lineageTo(null) : branch.lineageTo(at);
    const commit = lineage.at(-1)!;
    try {
      const point: PointInTime = past === null ? { kind: "now" } : { kind: "scn", scn: at };
      const to = past === null ? "parent" : "self";
      this.database.control({ op: "resetBranch", request: { branch: branch.name, to, at: point, author: "test" } });
      this.stopFollowing(branch);
      branch.begin(this.database.newestTimeline(), lineage);
      branch.replace(Reference.from(this.images.get(commit)!, this.watched));
      this.late ||= past !== null && branch.pruned;
    } catch (error) {
      this.expectExpired(error, branch, at);
    }
  }

  /** The difference of two states, applied to the rows of the one, gives those of the other. */
  private diff(from: ModelBranch, to: ModelBranch, past: number): void {
    const at = from.readable(past);
    if (at === undefined) return;
    const states = [this.states.get(from.at(at))!, this.states.get(to.head)!] as const;
    try {
      const point: PointInTime = { kind: "scn", scn: at };
      checkDifference(this.database, this.cast.kinds, { branch: from.name, at: point }, { branch: to.name }, ...states);
    } catch (error) {
      // What the two share may be older than what either had to keep.
      if (!(error instanceof HeliosError) || error.code !== "POINT_EXPIRED" || !(from.pruned || to.pruned)) throw error;
    }
  }

  private asOf(branch: ModelBranch, pasts: readonly number[], seed: number): void {
    const points = [...new Set(pasts.flatMap((past) => branch.readable(past) ?? []))];
    if (points.length > 2) {
      this.manyPoints(branch, pasts[0]!);
      return;
    }
    if (
      this.cast.kinds.some(({ name }) => name === `ints@${EARLY_SCN}`) &&
      !points.includes(EARLY_SCN) &&
      branch.names(EARLY_SCN)
    )
      points[0] = EARLY_SCN;
    const past = points.map((at) => ({ at, commit: branch.at(at) }));
    const states = [{ at: null, commit: branch.head }, ...past].map(({ at, commit }) => ({
      at,
      state: this.states.get(commit)!,
    }));
    const head = this.images.get(branch.head)!;
    try {
      const copies = past.map(({ at, commit }) => ({
        at,
        image: this.images.get(commit)!,
        time: exactTime(this.database.resolve(branch.name, { kind: "scn", scn: at }).timestamp),
        snapshot: branch.snapshots.get(at) ?? null,
      }));
      const maker = new QueryMaker(states, seed);
      const queries = Array.from({ length: QUERIES }, () => maker.query());
      checkAsOf(this.database, branch.name, head, copies, queries);
    } catch (error) {
      if (!(error instanceof HeliosError) || error.code !== "POINT_EXPIRED" || !branch.pruned) throw error;
    }
  }

  /** More than a connection can attach files. */
  private manyPoints(branch: ModelBranch, first: number): void {
    const points = Array.from({ length: MANY }, (_, i) => branch.readable(first + i)!);
    const wanted = [...new Set(points)].map((at) => ({ at, contents: this.states.get(branch.at(at))!.get("ints")! }));
    try {
      checkManyPoints(this.database, branch.name, "ints", wanted);
    } catch (error) {
      // From before a reset, as many as SQLite attaches files.
      if (error instanceof HeliosError && error.message.includes("at most 10 such points in time") && branch.wasReset)
        return;
      if (!(error instanceof HeliosError) || error.code !== "POINT_EXPIRED" || !branch.pruned) throw error;
    }
  }

  /** The versions of one row are what the states of the lineage say one after the other. */
  private rowHistory(branch: ModelBranch, table: number, key: number): void {
    if (branch.pruned) return;
    const numbered = this.cast.kinds.filter((kind) => kind.numbered);
    const kind = numbered[table % numbered.length]!;
    const states = branch.lineageTo(null).map((scn) => ({ scn, rows: this.states.get(scn)!.get(kind.name)!.rows }));
    checkRowHistory(this.database, branch.name, kind, key, states);
  }

  private delete(branch: ModelBranch): void {
    const children = this.branches.some((other) => other.parent === branch);
    try {
      this.database.control({ op: "deleteBranch", request: { branch: branch.name } });
      if (children || branch.parent === null) throw new Error(`${branch.name} was deleted`);
      this.branches = this.branches.filter((other) => other !== branch);
      this.deleted.push(branch);
    } catch (error) {
      if (!(error instanceof HeliosError) || (!children && branch.parent !== null)) throw error;
    }
  }

  private undelete(index: number): void {
    const branch = this.deleted[index % Math.max(1, this.deleted.length)];
    if (!branch || this.branches.length >= MAX_BRANCHES || this.deleted.includes(branch.parent!)) return;
    this.database.control({ op: "undeleteBranch", request: { id: branch.id } });
    this.deleted = this.deleted.filter((other) => other !== branch);
    this.branches.push(branch);
  }

  private snapshot(branch: ModelBranch, past: number): void {
    const at = branch.readable(past);
    if (at === undefined) return;
    const point: PointInTime = { kind: "scn", scn: at };
    try {
      const request = { branch: branch.name, at: point, author: "test" };
      const { id } = this.database.control({ op: "createSnapshot", request });
      if (!branch.isNamed(at)) return;
      branch.kept.add(at);
      branch.snapshots.set(at, id);
    } catch (error) {
      if (error instanceof HeliosError && error.code === "SNAPSHOT_EXISTS") return;
      this.expectExpired(error, branch, at);
    }
  }

  /** Removes all history that nobody needs, and what was deleted: merging and unwritten branches must not notice. */
  private prune(): void {
    const control = (change: object) => this.database.control({ op: "setRetention", request: change });
    // What a reader saw before, it may ask for after.
    this.database.reader.pin();
    for (const { name } of this.branches) this.database.rows(name, "SELECT 1");
    control({ historyMs: 0, deletedMs: 0 });
    this.database.maintain();
    control({ ...KEEP_ALL, deletedMs: 1e9 });
    for (const branch of this.deleted.splice(0)) branch.close();
    for (const branch of this.branches) branch.pruned = true;
    for (const branch of this.branches) this.comparePast(branch, branch.someReadable(this.random()));
    this.database.reader.unpin();
  }

  /** A point may have been removed by retention, and then stays so; a kept one must not. */
  private expectExpired(error: unknown, branch: ModelBranch, scn: number): void {
    if (!(error instanceof HeliosError) || error.code !== "POINT_EXPIRED") throw error;
    if (!branch.mayExpire(scn)) throw new Error(`${branch.name} at ${scn} has gone`, { cause: error });
    branch.expired.add(scn);
  }

  private record(
    branch: ModelBranch,
    scn: number,
    parents: readonly number[],
    written: readonly WrittenRow[] = [],
  ): void {
    const reference = this.own(branch);
    const state = reference.state();
    const rows = new Map(
      this.cast.kinds.map(({ name, generated = [] }) => {
        const found = state.get(name)?.rows ?? [];
        return [name, found.map((text) => (JSON.parse(text) as Row).filter((_, i) => !generated.includes(i)))];
      }),
    );
    this.commits.set(scn, { scn, parents, rows, written });
    this.images.set(scn, reference.image());
    this.states.set(scn, state);
    branch.add(scn);
  }

  /** The reference of a branch that is written to: one that followed its parent stops doing so. */
  private own(branch: ModelBranch): Reference {
    this.stopFollowing(branch);
    return branch.reference!;
  }

  private stopFollowing(branch: ModelBranch): void {
    if (branch.reference !== null) return;
    branch.replace(Reference.from(this.images.get(branch.head)!, this.watched));
    branch.begin(0, branch.parent!.lineageTo(null));
    // From now on its past is that of its own file, and no longer whatever the parent was at the time.
    branch.expired.clear();
  }

  private comparePast(branch: ModelBranch, scn: number | undefined): void {
    if (scn === undefined) return;
    try {
      this.compare(branch, branch.at(scn), scn);
      if (branch.expired.has(scn) && !branch.kept.has(scn)) throw new Error(`${branch.name} at ${scn} is back`);
    } catch (error) {
      this.expectExpired(error, branch, scn);
    }
  }

  private compare(branch: ModelBranch, expected: number, at: number | null): void {
    const point: PointInTime = at === null ? { kind: "now" } : { kind: "scn", scn: at };
    const state = this.states.get(expected)!;
    const where = `${branch.name} at ${at ?? "now"}`;
    for (const [table, { columns, rows }] of state) {
      const [found, wanted] = [this.rows(branch.name, table, columns, point).sort().join("\n"), rows.join("\n")];
      if (found !== wanted) throw new Error(readable(`${where}: ${table} holds\n${found}\nand should hold\n${wanted}`));
    }
    for (const info of this.database.reader.read({ op: "listTables", request: { branch: branch.name, at: point } })) {
      const wanted = state.get(info.name);
      if (info.rowCount !== wanted?.rows.length)
        throw new Error(`${where}: ${info.name} counts ${info.rowCount} rows, not ${wanted?.rows.length}`);
      const columns = info.columns.map(({ name }) => name);
      if (columns.join() !== wanted.columns.join()) throw new Error(`${where}: ${info.name} has columns ${columns}`);
    }
  }

  private rows(branch: string, table: string, columns: readonly string[], point: PointInTime): string[] {
    try {
      const sql = columns.length === 0 ? `SELECT * FROM "${table}"` : readingSql(table, columns);
      return this.database.rows(branch, sql, point).map((row) => JSON.stringify(row));
    } catch (error) {
      if (error instanceof HeliosError && error.code === "SQL_NAME_NOT_FOUND") return [...UNREADABLE.rows];
      throw error;
    }
  }

  private pick(index: number): ModelBranch {
    return this.branches[index % this.branches.length]!;
  }

  private random(): number {
    this.uses = (this.uses * 31 + 7) % 1000003;
    return this.uses;
  }
}

/** To the microsecond: a time with fewer digits is the whole millisecond or second. */
function exactTime(micros: number): string {
  const millis = Math.floor(micros / 1000);
  return new Date(millis).toISOString().replace("Z", `${String(micros - millis * 1000).padStart(3, "0")}Z`);
}

function isSame(a: WholeState, b: WholeState): boolean {
  return JSON.stringify([...a]) === JSON.stringify([...b]);
}
