import { CONSTRAINT_TYPES } from "../../meta/constraints.js";
import { TIERS } from "../../names/table-name.js";
import { DATA_TYPES } from "../../types/sql-type.js";

type JsonSchema = { readonly [keyword: string]: unknown };

const string = { type: "string" };
const integer = { type: "integer" };
const boolean = { type: "boolean" };
const orNull = (schema: JsonSchema) => ({ ...schema, nullable: true });
const list = (items: JsonSchema) => ({ type: "array", items });

/** An object in which nothing is optional. */
function all(properties: { readonly [name: string]: JsonSchema }): JsonSchema {
  return { type: "object", required: Object.keys(properties), properties };
}

const transformedName = all({ raw: string, clean: string });

export const strings = list(string);

export const baseTableName = all({
  schema: string,
  name: transformedName,
  tier: { type: "string", enum: TIERS },
  masterName: orNull(transformedName),
});

const header = all({
  name: string,
  type: { type: "string", enum: DATA_TYPES },
  isNumerical: boolean,
  isTextual: boolean,
  signed: boolean,
  ordinalPosition: integer,
  rawType: string,
  defaultValue: {
    nullable: true,
    description: 'A string, a number, a boolean, or {"constantName": "CURRENT_TIMESTAMP"}.',
  },
  nullable: boolean,
  maxCharacters: orNull(integer),
  charset: orNull(string),
  numericPrecision: orNull(integer),
  numericScale: orNull(integer),
  enumValues: orNull(strings),
  comment: string,
  tableName: string,
});

const constraintType = { type: "string", enum: CONSTRAINT_TYPES };
const constraint = all({
  localColumn: string,
  type: constraintType,
  ref: orNull(all({ schema: string, table: string, column: string })),
});

export const tableMeta = all({
  schema: string,
  name: string,
  headers: list(header),
  totalRows: integer,
  constraints: list(all({ name: string, type: constraintType, constraints: list(constraint) })),
  comment: string,
  parts: list(baseTableName),
});

export const row = { type: "object", additionalProperties: true };

export const rowPage = all({ size: integer, data: list(row), totalRows: integer });

export const rowsByTable = { type: "object", additionalProperties: list(row) };

export const tableNames = list(baseTableName);

export const values = { type: "array", items: {} };
