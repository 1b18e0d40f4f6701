import type { Value } from "@heliosdb/client";
import { quotedName } from "../../../util/sql-names.js";
import type { ImportRecord, ReadFile } from "./records.js";

export const TYPES = ["INTEGER", "REAL", "TEXT", "BOOLEAN", "JSON"] as const;
export type SqlType = (typeof TYPES)[number];

export interface ImportColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly isKey: boolean;
}

/** The types that fit all values, and the first column as the key where its values are there and differ. */
export function guessColumns({ columns, records }: ReadFile): readonly ImportColumn[] {
  return columns.map((name, at) => {
    const type = typeOfColumn(records, name);
    const isNamed = /^(id|key|uuid|code)$|_id$/i.test(name);
    return { name, type, isKey: at === 0 && isNamed && isUnique(records, name) };
  });
}

function typeOfColumn(records: readonly ImportRecord[], name: string): SqlType {
  const values = records.map(({ values: row }) => row[name]).filter((value) => value !== null && value !== undefined);
  if (values.length === 0) return "TEXT";
  if (values.every((value) => typeof value === "boolean" || value === "true" || value === "false")) return "BOOLEAN";
  if (values.every(isInteger)) return "INTEGER";
  if (values.every(isNumber)) return "REAL";
  if (values.every((value) => typeof value === "string" && /^\s*[{[]/.test(value) && isJson(value))) return "JSON";
  return "TEXT";
}

/** Codes with leading zeros are texts: a number would lose them. */
function isInteger(value: unknown): boolean {
  if (typeof value === "number") return Number.isSafeInteger(value);
  return typeof value === "string" && /^-?(0|[1-9]\d{0,17})$/.test(value);
}

function isNumber(value: unknown): boolean {
  if (typeof value === "number") return true;
  return typeof value === "string" && /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(value);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isUnique(records: readonly ImportRecord[], name: string): boolean {
  const values = records.map(({ values: row }) => row[name]);
  return values.every((value) => value !== null && value !== undefined) && new Set(values).size === values.length;
}

export function createTable(table: string, columns: readonly ImportColumn[]): string {
  const keys = columns.filter(({ isKey }) => isKey);
  const single = keys.length === 1;
  const lines = columns.map(
    ({ name, type, isKey }) => `${quotedName(name)} ${type}${isKey && single ? " PRIMARY KEY" : ""}`,
  );
  if (keys.length > 1) lines.push(`PRIMARY KEY (${keys.map(({ name }) => quotedName(name)).join(", ")})`);
  return `CREATE TABLE ${quotedName(table)} (${lines.join(", ")})`;
}

/** A value as its column takes it; texts of a CSV file become numbers where the column has numbers. */
export function converted(value: Value | undefined, type: SqlType): Value {
  if (value === null || value === undefined) return null;
  if (typeof value !== "string") return type === "TEXT" && typeof value !== "object" ? String(value) : value;
  if (type === "INTEGER" && isInteger(value)) {
    return Number.isSafeInteger(Number(value)) ? Number(value) : BigInt(value);
  }
  if (type === "REAL" && isNumber(value)) return Number(value);
  if (type === "BOOLEAN" && /^(true|false)$/.test(value)) return value === "true";
  return value;
}

/** A name for a table, from that of a file. */
export function tableName(file: string): string {
  const name = file
    .replace(/\.[^.]*$/, "")
    .replaceAll(/[^\p{L}\p{N}_]+/gu, "_")
    .replace(/^_+|_+$/g, "");
  return name === "" || /^\d/.test(name) ? `table_${name}`.replace(/_$/, "") : name;
}

/** A name for a branch, from that of a file. */
export function branchName(file: string): string {
  const name = file
    .replace(/\.[^.]*$/, "")
    .replaceAll(/[^A-Za-z0-9_-]+/g, "-")
    .replace(/^[-_]+|-+$/g, "");
  return name.slice(0, 100) || "imported";
}
