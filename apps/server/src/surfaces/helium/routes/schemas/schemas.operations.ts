import { custom } from "../../../../schema/index.js";
import { heliumOperation, responses } from "../../format/helium-operation.js";
import { pageFields, pageQuery } from "./page-query.js";
import { columnPath, schemaPath, tablePath } from "./place.js";
import * as schemas from "./response-schemas.js";
import { selectors } from "./selectors.js";
import { tableInsert } from "./table-insert.js";

const TAG = "Schemas";
const PATH = "/api/v1/schemas";
const READ_ERRORS = [400, 401, 403, 404, 429, 503];

const read = { method: "GET", tag: TAG, access: "read", rate: "read" } as const;
/** Whatever else a client adds to such a URL means nothing, as in Helium. */
const anyQuery = custom<unknown>({ type: "object" }, () => ({}));

export const heliumSchemas = heliumOperation({
  ...read,
  id: "heliumSchemas",
  path: PATH,
  summary: "List the schemas",
  description: "Every branch is a schema.",
  query: anyQuery,
  responses: responses({ description: "Their names", schema: schemas.strings, example: ["main", "dev"] }, READ_ERRORS),
});

export const heliumTables = heliumOperation({
  ...read,
  id: "heliumTables",
  path: `${PATH}/{schema}`,
  summary: "List a schema's tables",
  params: schemaPath,
  query: anyQuery,
  responses: responses(
    {
      description: "Their names, with what DataJoint means by them",
      schema: schemas.tableNames,
      example: [{ schema: "main", name: { raw: "fk_table", clean: "FkTable" }, tier: "manual", masterName: null }],
    },
    READ_ERRORS,
  ),
});

export const heliumTable = heliumOperation({
  ...read,
  id: "heliumTable",
  path: `${PATH}/{schema}/{table}`,
  summary: "Describe a table",
  params: tablePath,
  query: anyQuery,
  responses: responses(
    {
      description: "Its columns, constraints and parts",
      schema: schemas.tableMeta,
      example: {
        schema: "main",
        name: "big_table",
        headers: [],
        totalRows: 1000,
        constraints: [],
        comment: "",
        parts: [],
      },
    },
    READ_ERRORS,
  ),
});

export const heliumData = heliumOperation({
  ...read,
  id: "heliumData",
  path: `${PATH}/{schema}/{table}/data`,
  summary: "Read a page of rows",
  rate: "query",
  params: tablePath,
  query: pageQuery,
  parameters: pageFields,
  responses: responses(
    {
      description: "The page, and the number of all rows that match the filters",
      schema: schemas.rowPage,
      example: { size: 1, data: [{ product_id: 20, product_name: "Soda", price: 1.99 }], totalRows: 1 },
    },
    READ_ERRORS,
  ),
});

export const heliumPluck = heliumOperation({
  ...read,
  id: "heliumPluck",
  path: `${PATH}/{schema}/{table}/pluck`,
  summary: "Read a row with its parts",
  description: "Every query parameter is a column and the value that it has. Together they match exactly one row.",
  rate: "query",
  params: tablePath,
  query: selectors,
  responses: responses(
    {
      description: "The row, and the rows of its part tables that belong to it",
      schema: schemas.rowsByTable,
      example: { master: [{ pk: 1001 }], master__part: [{ part_pk: 100, master: 1001, default_test: 12345 }] },
    },
    READ_ERRORS,
  ),
});

export const heliumDefaults = heliumOperation({
  ...read,
  id: "heliumDefaults",
  path: `${PATH}/{schema}/{table}/defaults`,
  summary: "Get a table's default values",
  description: "The next value of a column that counts by itself, and the present time (UTC) for `CURRENT_TIMESTAMP`.",
  params: tablePath,
  query: anyQuery,
  responses: responses(
    { description: "A value for each column", schema: schemas.row, example: { pk: 9, int: 5, no_default: null } },
    READ_ERRORS,
  ),
});

export const heliumColumn = heliumOperation({
  ...read,
  id: "heliumColumn",
  path: `${PATH}/{schema}/{table}/column/{column}`,
  summary: "List a column's different values",
  rate: "query",
  params: columnPath,
  query: anyQuery,
  responses: responses(
    { description: "The values, ascending", schema: schemas.values, example: [1, 2, 3] },
    READ_ERRORS,
  ),
});

export const heliumInsert = heliumOperation(
  {
    id: "heliumInsert",
    method: "POST",
    path: `${PATH}/{schema}/data`,
    tag: TAG,
    summary: "Insert a row with its parts",
    description: "One row of a master table, and rows of its part tables: one commit.",
    access: "write",
    rate: "write",
    writesRows: true,
    params: schemaPath,
    query: anyQuery,
    body: tableInsert,
    responses: responses({ description: "Inserted", schema: { type: "object" }, example: {} }, [
      ...READ_ERRORS,
      413,
      415,
    ]),
    subjectOf: ({ schema }, input) => {
      const tables = Object.keys((input?.body as object | undefined) ?? {});
      return { branch: schema ?? null, object: tables[0]?.slice(0, 200) ?? null };
    },
  },
  { view: () => ({}) },
);
