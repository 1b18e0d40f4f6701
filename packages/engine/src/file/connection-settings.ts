import { type Connection, prepared } from "./connection.js";

/** PRAGMAs that affect later statements on the connection. Those that can't be read are detected by their effect. */
const SETTINGS = [
  ...["analysis_limit", "automatic_index", "busy_timeout", "cache_size", "cache_spill", "cell_size_check"],
  ...["count_changes", "defer_foreign_keys", "empty_result_callbacks", "foreign_keys", "full_column_names"],
  ...["hard_heap_limit", "ignore_check_constraints", "journal_mode", "journal_size_limit", "legacy_alter_table"],
  ...["locking_mode", "query_only", "read_uncommitted", "recursive_triggers", "reverse_unordered_selects"],
  ...["secure_delete", "short_column_names", "soft_heap_limit", "synchronous", "temp_store", "threads"],
  ...["trusted_schema", "writable_schema"],
];

const LIKE_FOLDS = "SELECT 'case_sensitive_like', 'a' NOT LIKE 'A'";
const FILES = "SELECT 'files', group_concat(name, ' ') FROM pragma_database_list";

/**
 * The settings of a connection as a text. Comparing it before and after a statement shows whether the statement changed
 * them.
 */
export function connectionSettings(db: Connection): string {
  const each = SETTINGS.map((name) => `SELECT '${name}', (SELECT * FROM pragma_${name})`);
  return JSON.stringify(
    prepared(db, [...each, LIKE_FOLDS, FILES].join(" UNION ALL "))
      .raw()
      .all(),
  );
}
