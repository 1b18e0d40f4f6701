import { custom, listOf, recordOf } from "../../../../schema/index.js";

/** Rows by table and column. The values are checked by the columns that the table has. */
export const tableInsert = recordOf(listOf(recordOf(custom<unknown>({}, (value) => value))));
