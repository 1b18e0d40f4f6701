import { type Connection, openInMemory } from "../file/connection.js";
import { foldName } from "./names.js";

/** PRAGMAs that describe tables and nothing outside the branch. */
export const READABLE_PRAGMAS: ReadonlySet<string> = new Set([
  "table_list",
  "table_info",
  "table_xinfo",
  "index_list",
  "index_info",
  "index_xinfo",
  "foreign_key_list",
  "foreign_key_check",
]);

/** PRAGMAs that tell of the database as a whole, as long as they are given no value. */
export const REPORTING_PRAGMAS: ReadonlySet<string> = new Set([
  "database_list",
  "encoding",
  "collation_list",
  "function_list",
  "compile_options",
  "journal_mode",
  "user_version",
]);

/** Built-in tables that read only their arguments. */
const PURE_TABLES = ["json_each", "json_tree"];
/** SQLite's flag for a function that may do harm in a view or a trigger of a foreign file. */
const DIRECT_ONLY = 0x80000;

interface SqliteNames {
  /**
   * Tables that SQLite provides without a file: those of PRAGMAs that are not allowed, and those of modules such as
   * dbstat.
   */
  readonly tables: ReadonlySet<string>;
  /**
   * Functions that reach outside SQL: load_extension, fts3_tokenizer (which takes and returns pointers) and the like.
   */
  readonly functions: ReadonlySet<string>;
  readonly collations: ReadonlySet<string>;
}

let known: SqliteNames | null = null;

/**
 * The built-in names that users may not use. SQLite itself is asked for them, so those of a new version are included.
 */
export function sqliteNames(): SqliteNames {
  known ??= ask();
  return known;
}

function ask(): SqliteNames {
  const db = openInMemory();
  try {
    const list = (sql: string) => (db.prepare(sql).pluck().all() as string[]).map(foldName);
    const modules = list("SELECT name FROM pragma_module_list").filter((name) => !PURE_TABLES.includes(name));
    const pragmas = list("SELECT name FROM pragma_pragma_list").filter((name) => !READABLE_PRAGMAS.has(name));
    return {
      tables: new Set([
        ...modules.filter((name) => !name.startsWith("pragma_") && isTable(db, name)),
        ...pragmas.map((name) => `pragma_${name}`),
      ]),
      functions: new Set(list(`SELECT name FROM pragma_function_list WHERE flags & ${DIRECT_ONLY}`)),
      collations: new Set(list("SELECT name FROM pragma_collation_list")),
    };
  } finally {
    db.close();
  }
}

/** Whether a module can be read as a table without CREATE VIRTUAL TABLE. */
function isTable(db: Connection, name: string): boolean {
  try {
    db.prepare(`SELECT 1 FROM "${name}"`);
    return true;
  } catch {
    return false;
  }
}
