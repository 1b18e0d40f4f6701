import { readFileSync } from "node:fs";
import { PORT_ERROR_CODES } from "@heliosdb/port";
import { describe, expect, it } from "vitest";
import { ERROR_CODES, ERRORS, type ErrorStatus } from "../../dist/errors/error-table.js";
import { renderHeliumErrors } from "../../dist/surfaces/helium/docs/render-errors.js";
import { renderLibsqlErrors } from "../../dist/surfaces/libsql/docs/render-errors.js";
import { renderRqliteErrors } from "../../dist/surfaces/rqlite/docs/render-errors.js";
import { renderSqlexecErrors } from "../../dist/surfaces/sqlexec/docs/render-errors.js";
import { errorStatus, errorWord } from "../../dist/surfaces/v1/dialect/error-status.js";
import { renderErrors } from "../../dist/surfaces/v1/docs/render-errors.js";

describe("the table of errors", () => {
  it("has a row for every condition of the port", () => {
    expect(PORT_ERROR_CODES.filter((code) => !ERROR_CODES.includes(code))).toEqual([]);
  });

  it("and the page agree both ways", () => {
    const page = readFileSync(new URL("../../../../docs/reference/errors.md", import.meta.url), "utf8");
    const listed = [...page.matchAll(/^\| `([A-Z_]+)` \| (\d+)(?: \/ (\d+))? \| (\w+) \| (.+) \|$/gm)];
    expect(listed.map((row) => row[1]).sort()).toEqual([...ERROR_CODES].sort());
    for (const [, code, lite, spec, word, when] of listed) {
      const row = ERRORS[code as keyof typeof ERRORS];
      expect(Number(lite)).toBe(errorStatus(code as never, "lite", false));
      expect(Number(spec ?? lite)).toBe(errorStatus(code as never, "spec", false));
      expect(word).toBe(errorWord(Number(lite) as ErrorStatus));
      expect(when).toBe(row.when.replaceAll("|", "\\|"));
    }
    const sections = [
      renderErrors(),
      renderRqliteErrors(),
      renderSqlexecErrors(),
      renderHeliumErrors(),
      renderLibsqlErrors(),
    ];
    expect(page).toBe(sections.join(""));
  });

  it("has the tutorial's words for the tutorial's statuses", () => {
    const words = ([400, 401, 403, 404, 408, 409, 422, 429, 500, 501] as const).map(errorWord);
    expect(words).toEqual([
      "BadRequest",
      "Unauthorized",
      "Forbidden",
      "NotFound",
      "QueryTimeout",
      "Conflict",
      "UnprocessableEntity",
      "TooManyRequests",
      "InternalServerError",
      "NotImplemented",
    ]);
  });

  it("has a word of its own for each status that can be answered", () => {
    const answered = ERROR_CODES.flatMap((code) => [false, true].map((on) => errorStatus(code, "lite", on)));
    const statuses = [...new Set(answered)];
    const words = statuses.map(errorWord);
    expect(words.every((word) => /^[A-Z][A-Za-z]+$/.test(word))).toBe(true);
    expect(new Set(words).size).toBe(statuses.length);
    expect(errorWord(errorStatus("TRANSACTION_EXPIRED", "lite", false))).toBe("Gone");
  });

  it("has the statuses that the specification names", () => {
    const named = {
      BRANCH_NOT_FOUND: 404,
      BRANCH_EXISTS: 409,
      BRANCH_PROTECTED: 403,
      MERGE_CONFLICT: 409,
      INVALID_SQL: 400,
      UNAUTHORIZED: 401,
      FORBIDDEN: 403,
      RATE_LIMITED: 429,
      INTERNAL_ERROR: 500,
    } as const;
    for (const [code, status] of Object.entries(named)) {
      expect(errorStatus(code as keyof typeof named, "spec", true)).toBe(status);
    }
  });
});
