import type { Value } from "@heliosdb/port";
import { sqlName } from "../support/exact.js";
import type { Kind, Numbers, Statement, Template } from "./kinds/kind.js";
import { KINDS } from "./kinds/kinds.js";
import { ODD_VALUES } from "./kinds/odd-values.js";

/** One statement of a write, by numbers. */
export interface WriteStep {
  /** Whether it changes the schema. */
  readonly ddl: boolean;
  readonly kind: number;
  readonly key: number;
  readonly other: number;
  /** Its values are bound, not part of its text. */
  readonly bound: boolean;
}

/** What a step comes to. */
export interface Played {
  readonly statements: readonly Statement[];
  /** As one commit, or each statement as a commit of its own. */
  readonly how: "together" | "apart";
}

const WAYS = ["together", "apart", "together"] as const;
/** What tools say before they rebuild a table that others refer to. */
const SETTINGS = ["PRAGMA foreign_keys = OFF", "PRAGMA defer_foreign_keys = ON"];

type Change = (numbers: Numbers) => readonly string[];

/** The tables that a history plays with, and what can be done to them. */
export class Cast {
  readonly kinds: readonly Kind[];
  /** Makes the tables with what stands around them. */
  readonly schema: readonly string[];
  private readonly writes: readonly Template[];
  private readonly changes: readonly Change[];

  constructor(chosen: readonly number[]) {
    const names = new Set([KINDS[0]!.name]);
    const add = (kind: Kind) => {
      names.add(kind.name);
      for (const need of kind.needs ?? []) add(KINDS.find(({ name }) => name === need)!);
    };
    for (const index of chosen) add(KINDS[index % KINDS.length]!);
    this.kinds = KINDS.filter(({ name }) => names.has(name));
    this.schema = [...this.kinds.map((kind) => createTable(kind)), ...this.kinds.flatMap((kind) => this.around(kind))];
    this.writes = this.kinds.flatMap(({ writes }) => writes);
    this.changes = this.kinds.flatMap((kind) => this.changesOf(kind));
  }

  /** The SQL of a step. `value` was never used before, so that a write always changes something. */
  play({ ddl, kind, key, other, bound }: WriteStep, value: number): Played {
    const odd = ODD_VALUES[(kind + key * 7 + other) % ODD_VALUES.length]!;
    if (ddl) {
      const change = this.changes[kind % this.changes.length]!;
      const texts = change({ key, other, v: String(value), x: odd.sql });
      if (texts.length < 2) return { statements: texts.map((sql) => withBound(sql, value, bound)), how: "together" };
      const how = WAYS[other % WAYS.length]!;
      const setting = how === "together" && other % 2 === 0 ? SETTINGS.slice(key % 3, (key % 3) + 1) : [];
      return { statements: [...setting, ...texts].map((sql) => ({ sql, params: [] })), how };
    }
    const write = this.writes[kind % this.writes.length]!;
    const v = bound ? "?1" : String(value);
    const x = bound && odd.bound !== undefined ? "?2" : odd.sql;
    return { statements: [withParameters(write({ key, other, v, x }), BigInt(value), odd.bound)], how: "together" };
  }

  private around(kind: Kind): string[] {
    const has = (needs: readonly string[] = []) => needs.every((need) => this.kinds.some(({ name }) => name === need));
    return (kind.around ?? []).filter(({ needs }) => has(needs)).map(({ sql }) => sql);
  }

  private changesOf(kind: Kind): Change[] {
    const self = sqlName(kind.name);
    const other = sqlName(`${kind.name}2`);
    const around = this.around(kind);
    const common: Change[] = [
      () => [`DROP TABLE ${self}`],
      () => [createTable(kind)],
      () => [createTable(kind), ...around],
      () => [`ALTER TABLE ${self} RENAME TO ${other}`],
      () => [`ALTER TABLE ${other} RENAME TO ${self}`],
      () => rebuild(kind, around),
      ({ key }) => (around.length === 0 ? [] : [dropOf(around[key % around.length]!)]),
      ({ key }) => around.slice(key % Math.max(1, around.length)).slice(0, 1),
    ];
    return [
      ...common,
      ...(kind.ddl ?? []).map(
        (template): Change =>
          (numbers) => [template(numbers)],
      ),
    ];
  }
}

function createTable(kind: Kind, name = kind.name): string {
  return `CREATE TABLE ${sqlName(name)} ${kind.body(sqlName(name))}`;
}

/** The usual steps for what ALTER TABLE can't do: a new table, the rows, and the old one's name. */
function rebuild(kind: Kind, around: readonly string[]): string[] {
  const [self, next] = [sqlName(kind.name), sqlName(`new_${kind.name}`)];
  const columns = kind.columns.filter((_, i) => !kind.generated?.includes(i)).map(sqlName);
  const views = around.filter((sql) => sql.startsWith("CREATE VIEW"));
  return [
    ...views.map(dropOf).reverse(),
    createTable(kind, `new_${kind.name}`),
    `INSERT INTO ${next} (${columns.join(", ")}) SELECT ${columns.join(", ")} FROM ${self}`,
    `DROP TABLE ${self}`,
    `ALTER TABLE ${next} RENAME TO ${self}`,
    ...around,
  ];
}

function dropOf(created: string): string {
  const [, type, name] = /^CREATE (?:UNIQUE )?(INDEX|VIEW|TRIGGER) ("[^"]+"|\S+)/.exec(created)!;
  return `DROP ${type} IF EXISTS ${name}`;
}

/** Of what changes the schema, only the query that makes a table takes parameters. */
function withBound(sql: string, value: number, bound: boolean): Statement {
  if (!bound || !sql.includes(" AS SELECT ") || !sql.endsWith(` ${value}`)) return { sql, params: [] };
  return { sql: `${sql.slice(0, -String(value).length)}?1`, params: [BigInt(value)] };
}

function withParameters(sql: string, v: Value, x: Value | undefined): Statement {
  const [first, second] = [sql.includes("?1"), sql.includes("?2")];
  if (first && second) return { sql, params: [v, x!] };
  if (second) return { sql: sql.replaceAll("?2", "?1"), params: [x!] };
  return { sql, params: first ? [v] : [] };
}
