import type { SchemaObject } from "../schema/model.js";
import { foldName } from "../sql/names.js";
import { withoutStyle } from "../sql/tokenize.js";

export function sameObject(a: SchemaObject | undefined, b: SchemaObject | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.sql === b.sql || withoutStyle(a.sql) === withoutStyle(b.sql);
}

export function objectKey(object: SchemaObject): string {
  return `${object.type} ${foldName(object.name)}`;
}
