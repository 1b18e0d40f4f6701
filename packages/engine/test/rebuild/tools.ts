/** What a change to a table is, whichever tool makes it. */
export type Change =
  | "add a NOT NULL column"
  | "drop a column"
  | "change a type"
  | "change a default"
  | "add a foreign key"
  | "drop a foreign key"
  | "add a unique constraint"
  | "rename a column";

export const CHANGES: readonly Change[] = [
  "add a NOT NULL column",
  "drop a column",
  "change a type",
  "change a default",
  "add a foreign key",
  "drop a foreign key",
  "add a unique constraint",
  "rename a column",
];

/** A migration as the tool emits it, and whether its statements may also be sent one by one, a commit each. */
export interface Migration {
  readonly statements: readonly string[];
  readonly separable: boolean;
}

interface Copied {
  /** Definitions of the new table's columns and constraints. */
  readonly definitions: readonly string[];
  readonly to: readonly string[];
  readonly from: readonly string[];
}

type Rebuild = (copied: Copied) => string[];

/** The table that is changed: `team` refers to teams or not, and members refers to it. */
export const BASE = (change: Change): string[] => [
  "CREATE TABLE teams (id INTEGER PRIMARY KEY, name TEXT)",
  "INSERT INTO teams VALUES (1, 'red'), (2, 'blue')",
  `CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL, age TEXT DEFAULT '0', note TEXT, team INTEGER${
    change === "drop a foreign key" ? " REFERENCES teams (id)" : ""
  })`,
  "CREATE INDEX users_email ON users (email)",
  "INSERT INTO users VALUES (1, 'a@x', '30', 'n1', 1), (2, 'b@x', '40', 'n2', 2), (3, 'c@x', '50', NULL, NULL)",
  "CREATE TABLE members (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE)",
  "INSERT INTO members VALUES (10, 1), (20, 2)",
];

const id = "id INTEGER PRIMARY KEY";
const columns = { email: "email TEXT NOT NULL", age: "age TEXT DEFAULT '0'", note: "note TEXT", team: "team INTEGER" };
const names = ["id", "email", "age", "note", "team"];

function copied(change: Change, filled: string | null): Copied {
  const all = [id, columns.email, columns.age, columns.note, columns.team];
  const same = { to: names, from: names };
  switch (change) {
    case "add a NOT NULL column":
      return {
        definitions: [...all, `status TEXT NOT NULL${filled === null ? "" : ` DEFAULT '${filled}'`}`],
        to: filled === null ? [...names, "status"] : names,
        from: filled === null ? [...names, "'new'"] : names,
      };
    case "drop a column":
      return { definitions: all.filter((each) => each !== columns.note), ...without("note") };
    case "change a type":
      return { definitions: all.map((each) => (each === columns.age ? "age INTEGER DEFAULT 0" : each)), ...same };
    case "change a default":
      return { definitions: all.map((each) => (each === columns.age ? "age TEXT DEFAULT '18'" : each)), ...same };
    case "add a foreign key":
      return { definitions: [...all, "FOREIGN KEY (team) REFERENCES teams (id)"], ...same };
    case "drop a foreign key":
      return { definitions: all, ...same };
    case "add a unique constraint":
      return { definitions: [...all, "CONSTRAINT users_email_key UNIQUE (email)"], ...same };
    case "rename a column":
      return {
        definitions: all.map((each) => (each === columns.note ? "remark TEXT" : each)),
        to: names.map((name) => (name === "note" ? "remark" : name)),
        from: names,
      };
  }
}

function without(name: string): { to: string[]; from: string[] } {
  const left = names.filter((each) => each !== name);
  return { to: left, from: left };
}

const INDEX = "CREATE INDEX users_email ON users (email)";

/** Create, copy, drop, rename, as most tools do it, each with its own names and PRAGMAs. */
function twelveSteps(
  made: string,
  quote: (name: string) => string,
  around: { before: string[]; after: string[] },
): Rebuild {
  return ({ definitions, to, from }) => [
    ...around.before,
    `CREATE TABLE ${quote(made)} (${definitions.join(", ")})`,
    `INSERT INTO ${quote(made)} (${to.join(", ")}) SELECT ${from.join(", ")} FROM ${quote("users")}`,
    `DROP TABLE ${quote("users")}`,
    `ALTER TABLE ${quote(made)} RENAME TO ${quote("users")}`,
    INDEX,
    ...around.after,
  ];
}

const double = (name: string) => `"${name}"`;
const back = (name: string) => `\`${name}\``;

/** Rails copies into a temporary table and back. */
const rails: Rebuild = ({ definitions, to, from }) => [
  "PRAGMA defer_foreign_keys = ON",
  "PRAGMA foreign_keys = OFF",
  'CREATE TEMPORARY TABLE "ausers" ("id" integer NOT NULL PRIMARY KEY, "email" varchar, "age" varchar, "note" varchar, "team" integer)',
  'INSERT INTO "ausers" ("id","email","age","note","team") SELECT "id","email","age","note","team" FROM "users"',
  'DROP TABLE "users"',
  `CREATE TABLE "users" (${definitions.join(", ")})`,
  INDEX,
  `INSERT INTO "users" (${to.join(", ")}) SELECT ${from.join(", ")} FROM "ausers"`,
  'DROP TABLE "ausers"',
  "PRAGMA defer_foreign_keys = 0",
  "PRAGMA foreign_keys = 1",
];

interface Tool {
  readonly rebuild: Rebuild;
  /** The default that the tool writes for a new column that must have a value; null where it fills it in the copy. */
  readonly fills: string | null;
  /** Tools that use ALTER TABLE where it suffices. */
  readonly alters: Partial<Record<Change, string[]>>;
}

const renameColumn = { "rename a column": ['ALTER TABLE "users" RENAME COLUMN "note" TO "remark"'] };
const off = ["PRAGMA foreign_keys=OFF"];

export const TOOLS: Readonly<Record<string, Tool>> = {
  Drizzle: {
    rebuild: twelveSteps("__new_users", back, { before: off, after: ["PRAGMA foreign_keys=ON"] }),
    fills: "new",
    alters: {
      ...renameColumn,
      "add a NOT NULL column": ["ALTER TABLE `users` ADD `status` text DEFAULT 'new' NOT NULL"],
      "drop a column": ["ALTER TABLE `users` DROP COLUMN `note`"],
      "add a unique constraint": ["CREATE UNIQUE INDEX `users_email_unique` ON `users` (`email`)"],
    },
  },
  Prisma: {
    rebuild: twelveSteps("new_users", double, {
      before: ["PRAGMA defer_foreign_keys=ON", ...off],
      after: ["PRAGMA foreign_keys=ON", "PRAGMA defer_foreign_keys=OFF"],
    }),
    fills: "new",
    alters: { "add a unique constraint": ['CREATE UNIQUE INDEX "users_email_key" ON "users"("email")'] },
  },
  TypeORM: {
    rebuild: twelveSteps("temporary_users", double, {
      before: off,
      after: ["PRAGMA foreign_key_check", "PRAGMA foreign_keys = ON"],
    }),
    fills: null,
    alters: {},
  },
  Django: {
    rebuild: twelveSteps("new__users", double, {
      before: ["PRAGMA foreign_keys = OFF"],
      after: ["PRAGMA foreign_key_check", "PRAGMA foreign_keys = ON"],
    }),
    fills: null,
    alters: renameColumn,
  },
  Rails: { rebuild: rails, fills: "new", alters: {} },
  "Alembic's batch mode": {
    rebuild: twelveSteps("_alembic_tmp_users", (name) => name, { before: off, after: ["PRAGMA foreign_keys=ON"] }),
    fills: "new",
    alters: {},
  },
  "sqlite-utils": {
    rebuild: twelveSteps("users_new_5b1ad33c", (name) => `[${name}]`, {
      before: ["PRAGMA foreign_keys=0;"],
      after: ["PRAGMA foreign_key_check;", "PRAGMA foreign_keys=1;"],
    }),
    fills: "new",
    alters: {},
  },
};

export function migration(tool: string, change: Change): Migration {
  const { rebuild, fills, alters } = TOOLS[tool]!;
  const altered = alters[change];
  if (altered) return { statements: altered, separable: true };
  return { statements: rebuild(copied(change, fills)), separable: false };
}
