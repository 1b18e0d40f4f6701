import type { Kind } from "./kind.js";

const children: Kind = {
  name: "children",
  body: () => "(id INTEGER PRIMARY KEY, parent INTEGER REFERENCES ints (id) ON DELETE CASCADE ON UPDATE CASCADE, a)",
  columns: ["id", "parent", "a"],
  key: [0],
  numbered: true,
  needs: ["ints"],
  writes: [
    ({ key, v }) => `INSERT INTO children VALUES (${v}, ${key}, ${v})`,
    ({ key, v }) => `UPDATE children SET a = ${v} WHERE parent = ${key}`,
    ({ v }) => `INSERT INTO children SELECT ${v}, min(id), ${v} FROM ints`,
  ],
};

/** Refers to integers by texts: SQLite compares by the parent's affinity. */
const tags: Kind = {
  name: "tags",
  body: () => "(tag TEXT, of TEXT REFERENCES ints ON DELETE SET NULL ON UPDATE CASCADE, PRIMARY KEY (tag, of))",
  columns: ["tag", "of"],
  key: [0, 1],
  needs: ["ints"],
  around: [{ sql: "CREATE INDEX tags_of ON tags (of)" }],
  writes: [
    ({ key, other }) => `INSERT INTO tags VALUES ('t${other}', ${key})`,
    ({ other }) => `INSERT INTO tags SELECT 't${other}', min(id) || '' FROM ints`,
    ({ other }) => `INSERT INTO tags SELECT 't${other}', max(id) || '.0' FROM ints`,
    ({ key, other }) => `UPDATE OR IGNORE tags SET of = '${key}' WHERE tag = 't${other}' AND of = '${other}'`,
    ({ other }) => `DELETE FROM tags WHERE tag = 't${other}'`,
  ],
};

const codes: Kind = {
  name: "codes",
  body: () => "(code TEXT COLLATE NOCASE, n, a, PRIMARY KEY (code), UNIQUE (n, code))",
  columns: ["code", "n", "a"],
  key: [0],
  collations: ["NOCASE"],
  writes: [
    ({ key, other, v }) => `INSERT INTO codes VALUES ('${"kK"[other % 2]}${key % 4}', ${key}, ${v})`,
    ({ key, v }) => `UPDATE codes SET a = ${v} WHERE code = 'k${key % 4}'`,
    ({ key, other }) => `UPDATE codes SET code = '${"kK"[other % 2]}${other}' WHERE code = 'k${key % 4}'`,
    ({ key }) => `DELETE FROM codes WHERE code = 'k${key % 4}'`,
  ],
};

/** Refers across collations: 'K1' here has 'k1' there for a parent. Checked at the end of the transaction. */
const uses: Kind = {
  name: "uses",
  body: () =>
    "(id INTEGER PRIMARY KEY, code REFERENCES codes (code) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED, a)",
  columns: ["id", "code", "a"],
  key: [0],
  numbered: true,
  needs: ["codes"],
  around: [{ sql: "CREATE INDEX uses_code ON uses (code)" }],
  writes: [
    ({ key, other, v }) => `INSERT INTO uses VALUES (${v}, '${"Kk"[other % 2]}${key % 4}', ${v})`,
    ({ key, v }) => `INSERT INTO uses SELECT ${v}, upper(max(code)), ${key} FROM codes`,
    ({ key, v }) => `UPDATE uses SET a = ${v} WHERE code = 'k${key % 4}'`,
    ({ key }) => `DELETE FROM uses WHERE code LIKE 'k${key % 4}'`,
  ],
};

/** Refers to itself, and to two columns at once; no index helps to find the children. */
const nodes: Kind = {
  name: "nodes",
  body: () =>
    `(id INTEGER PRIMARY KEY, up REFERENCES nodes ON DELETE CASCADE, n, code,
      FOREIGN KEY (n, code) REFERENCES codes (n, code) ON DELETE SET NULL ON UPDATE SET NULL)`,
  columns: ["id", "up", "n", "code"],
  key: [0],
  numbered: true,
  needs: ["codes"],
  writes: [
    ({ key, other }) => `INSERT INTO nodes (id, up) VALUES (${key}, ${other % 2 ? key : "NULL"})`,
    ({ key, v }) => `INSERT INTO nodes (id, up) VALUES (${v}, ${key})`,
    ({ key, other }) => `UPDATE nodes SET up = ${other} WHERE id = ${key}`,
    ({ key, other }) => `UPDATE nodes SET n = ${other}, code = 'K${other % 4}' WHERE id = ${key}`,
    ({ v }) => `INSERT INTO nodes SELECT ${v}, NULL, n, upper(code) FROM codes ORDER BY code LIMIT 1`,
    ({ key }) => `DELETE FROM nodes WHERE id = ${key}`,
  ],
};

export const REFERENCES: readonly Kind[] = [children, tags, codes, uses, nodes];
