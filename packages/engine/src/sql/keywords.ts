import type { Token } from "./tokenize.js";

/** Words that SQLite never takes for a name unless they are quoted. A test compares both lists with SQLite itself. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  `ADD ALL ALTER AND AS AUTOINCREMENT BETWEEN CASE CHECK COLLATE COMMIT CONSTRAINT CREATE DEFAULT DEFERRABLE DELETE
  DISTINCT DROP ELSE ESCAPE EXCEPT EXISTS FOREIGN FROM GROUP HAVING IN INDEX INSERT INTERSECT INTO IS ISNULL JOIN LIMIT
  NOT NOTHING NOTNULL NULL ON OR ORDER PRIMARY REFERENCES RETURNING SELECT SET TABLE THEN TO TRANSACTION UNION UNIQUE
  UPDATE USING VALUES WHEN WHERE`.split(/\s+/),
);

/** Words that can be a table's name, but an alias only after AS. */
export const NEVER_ALIAS: ReadonlySet<string> = new Set("CROSS FULL INDEXED INNER LEFT NATURAL OUTER RIGHT".split(" "));

/** True for a token that is a name where a table's name is expected: there, SQLite also takes a string for one. */
export function isTableName(token: Token | undefined): token is Token {
  if (token?.kind === "word") return !RESERVED_WORDS.has(token.value);
  return token?.kind === "quoted" || token?.kind === "string";
}
