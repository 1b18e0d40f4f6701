/**
 * The queries by which SHOW reads SQLite's own lists. A table's name is always a parameter, never a part of the text; only names
 * that TABLE has found are given to the others, so the engine's own tables are none.
 */
export const TABLE = "SELECT name, sql FROM sqlite_schema WHERE type IN ('table', 'view') AND name = ?1 COLLATE NOCASE";

/** The engine keeps its own indexes to itself. */
const OWN_INDEX = "i.name LIKE '\\_helios\\_%' ESCAPE '\\'";
/** The rowid by another name: an INTEGER key of one column, of a table that has rowids. */
const IS_ROWID = `c.pk = 1 AND upper(c.type) = 'INTEGER'
  AND (SELECT count(*) FROM pragma_table_xinfo(?1) WHERE pk > 0) = 1
  AND (SELECT max(wr) FROM pragma_table_list WHERE name = ?1) = 0`;

export const COLUMNS = `
SELECT c.name AS Field, c.type AS Type,
  iif(c."notnull" OR (${IS_ROWID}), 'NO', 'YES') AS "Null",
  CASE WHEN c.pk > 0 THEN 'PRI' ELSE ifnull((
    SELECT iif(min(i."unique" = 0 OR i.partial OR (SELECT count(*) FROM pragma_index_info(i.name)) > 1), 'MUL', 'UNI')
    FROM pragma_index_list(?1) AS i JOIN pragma_index_info(i.name) AS part ON part.seqno = 0
    WHERE part.name = c.name AND NOT (${OWN_INDEX}) HAVING count(*) > 0), '') END AS "Key",
  c.dflt_value AS "Default",
  iif(${IS_ROWID}, 'auto_increment', '') AS Extra
FROM pragma_table_xinfo(?1) AS c WHERE c.hidden <> 1 ORDER BY c.cid`;

/** A rowid key has no index, but is one to whoever asks. */
export const INDEXES = `
SELECT "Table", Non_unique, Key_name, Seq_in_index, Column_name FROM (
  SELECT ?1 AS "Table", 0 AS Non_unique, 'PRIMARY' AS Key_name, 1 AS Seq_in_index, c.name AS Column_name
  FROM pragma_table_xinfo(?1) AS c WHERE ${IS_ROWID}
  UNION ALL
  SELECT ?1, 1 - i."unique", iif(i.origin = 'pk', 'PRIMARY', i.name), part.seqno + 1, part.name
  FROM pragma_index_list(?1) AS i JOIN pragma_index_info(i.name) AS part WHERE NOT (${OWN_INDEX}))
ORDER BY Key_name <> 'PRIMARY', Key_name, Seq_in_index`;
