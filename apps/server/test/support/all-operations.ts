import type { Operation } from "../../dist/http/surface/operation.js";
import { OPERATIONS as HELIUM } from "../../dist/surfaces/helium/routes/index.js";
import { OPERATIONS as LIBSQL } from "../../dist/surfaces/libsql/routes/index.js";
import { OPERATIONS as RQLITE } from "../../dist/surfaces/rqlite/routes/index.js";
import { OPERATIONS as SQLEXEC } from "../../dist/surfaces/sqlexec/routes/index.js";
import { OPERATIONS as V1 } from "../../dist/surfaces/v1/routes/index.js";

/** The operations of every surface. */
export const ALL_OPERATIONS: readonly Operation[] = [...V1, ...RQLITE, ...HELIUM, ...SQLEXEC, ...LIBSQL];
