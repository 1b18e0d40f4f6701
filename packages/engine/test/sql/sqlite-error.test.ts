import { expect, it } from "vitest";
import { toHeliosError } from "../../src/file/sqlite-error.js";

it.each([
  ["SQLITE_NOMEM", "RESOURCE_LIMIT"],
  ["SQLITE_TOOBIG", "SQL_ERROR"],
])("what SQLite has no room for is told apart: %s", (sqlite, code) => {
  expect(toHeliosError(Object.assign(new Error("no room"), { code: sqlite }))).toMatchObject({ code });
});
