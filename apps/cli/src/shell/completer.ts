import type { HeliosDBClient, Table } from "@heliosdb/client";
import { META_COMMANDS } from "./meta-commands.js";
import type { ShellSettings } from "./settings.js";

const KEYWORDS =
  `ADD ALL ALTER AND AS ASC BEGIN BETWEEN BY CASCADE CASE CAST CHECK COLLATE COLUMN CONFLICT CONSTRAINT CREATE
CROSS CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP DEFAULT DELETE DESC DISTINCT DO DROP ELSE END ESCAPE EXCEPT EXISTS EXPLAIN
FILTER FOREIGN FROM FULL GROUP HAVING IN INDEX INNER INSERT INTERSECT INTO IS JOIN KEY LEFT LIKE LIMIT NATURAL NOT NOTHING
NULL NULLS OF OFFSET ON OR ORDER OUTER OVER PARTITION PRIMARY QUERY RECURSIVE REFERENCES RENAME REPLACE RETURNING RIGHT ROWID
SELECT SET TABLE THEN TIMESTAMP TO TRANSACTION TRIGGER UNION UNIQUE UPDATE USING VALUES VIEW WHEN WHERE WINDOW WITH WITHOUT`.split(
    /\s+/,
  );

/** Completes backslash commands, branches, and the words, tables and columns of SQL. */
export class Completer {
  private names: Promise<readonly string[]> | null = null;
  private branches: Promise<readonly string[]> | null = null;

  constructor(
    private readonly client: HeliosDBClient,
    private readonly settings: ShellSettings,
  ) {}

  forget(): void {
    this.names = null;
    this.branches = null;
  }

  /** The completions of the last word of a line, and that word. */
  async complete(line: string): Promise<[string[], string]> {
    const [, command] = /^\s*\\(\w+)\s+\S*$/.exec(line) ?? [];
    const word = /(\\\w*|[\w$.@:\u0080-\uffff-]*)$/.exec(line)?.[1] ?? "";
    if (word.startsWith("\\"))
      return [
        startingWith(
          Object.keys(META_COMMANDS).map((name) => `\\${name}`),
          word,
        ),
        word,
      ];
    if (command === "branch" || command === "diff") return [startingWith(await this.branchNames(), word), word];
    if (command === "d") return [startingWith(await this.sqlNames(), word), word];
    if (command !== undefined || word === "") return [[], word];
    // Small letters are completed in small letters.
    const isSmall = word === word.toLowerCase();
    const keywords = isSmall ? KEYWORDS.map((keyword) => keyword.toLowerCase()) : KEYWORDS;
    return [startingWith([...(await this.sqlNames()), ...keywords], word), word];
  }

  private branchNames(): Promise<readonly string[]> {
    this.branches ??= this.client.branches.list().then(
      ({ branches }) => branches.map(({ name }) => name),
      () => [],
    );
    return this.branches;
  }

  private sqlNames(): Promise<readonly string[]> {
    const { branch, asOf } = this.settings;
    this.names ??= this.client.tables.list(branch, { asOf }).then(namesOf, () => []);
    return this.names;
  }
}

function namesOf(tables: readonly Table[]): readonly string[] {
  return [...new Set(tables.flatMap(({ name, columns }) => [name, ...columns.map((column) => column.name)]))];
}

function startingWith(all: readonly string[], word: string): string[] {
  return [...new Set(all)].filter((one) => one.toLowerCase().startsWith(word.toLowerCase())).sort();
}
