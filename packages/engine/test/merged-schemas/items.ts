import type { At, Change } from "./making.js";
import { type Item, type Schema, say, stored, type Table, type Text } from "./schema.js";

export function indexChange(at: At, table: Table): Change | null {
  const { random, schema } = at;
  if (random.chance(25)) return dropOne(at, "index");
  const column = random.pick(stored(table));
  const isUnique = random.chance(50);
  const name = random.pick(["i1", "i2"]);
  const text: Text = [
    ...[`CREATE ${isUnique ? "UNIQUE " : ""}INDEX ${name} ON `, { table: table.id }, " (", { column: column.id }, ")"],
  ];
  const made = create(schema, { type: "index", name, table: table.id, text });
  const isCleared = isUnique && table.options === "" && random.chance(75);
  const clear = `DELETE FROM ${table.name} WHERE rowid NOT IN (SELECT min(rowid) FROM ${table.name} GROUP BY ${column.name})`;
  return isCleared ? { ...made, statements: [clear, ...made.statements], writes: [table.id] } : made;
}

export function triggerChange(at: At, table: Table): Change | null {
  const { random, schema } = at;
  if (random.chance(25)) return dropOne(at, "trigger");
  const column = random.pick(stored(table));
  const name = random.pick(["tr1", "tr2"]);
  const other = random.pick(schema.tables);
  const text: Text = [
    ...[`CREATE TRIGGER ${name} AFTER UPDATE ON `, { table: table.id }, " WHEN new.", { column: column.id }],
    ...[" IS 99 BEGIN DELETE FROM ", { table: other.id }, " WHERE false; END"],
  ];
  return create(schema, { type: "trigger", name, table: table.id, text });
}

/** A view that is there is made again with another text, or with another spelling of what it shows. */
export function viewChange(at: At, table: Table): Change | null {
  const { random, schema } = at;
  if (random.chance(15)) return dropOne(at, "view");
  const column = random.pick(stored(table)).id;
  const [first] = schema.items.filter(({ type, name }) => type === "view" && name === "v1");
  if (first && random.chance(40))
    return again(schema, { ...first, name: "v2", text: ["CREATE VIEW v2 AS SELECT count(*) AS n", " FROM v1"] });
  const shown = random.pick(["shown", "Shown"]);
  return again(schema, {
    ...{ type: "view", name: "v1", table: null },
    text: ["CREATE VIEW v1 AS SELECT ", { column }, ` AS ${shown} FROM `, { table: table.id }],
  });
}

function again(schema: Schema, item: Item): Change {
  const known = schema.items.find(({ type, name }) => type === item.type && name === item.name);
  if (!known) return create(schema, item);
  const left = { ...schema, items: schema.items.filter((each) => each !== known) };
  const made = create(left, item);
  return { ...made, statements: [`DROP ${item.type} ${item.name}`, ...made.statements] };
}

function create(schema: Schema, item: Item): Change {
  return { statements: [say(schema, item.text)], next: { ...schema, items: [...schema.items, item] } };
}

function dropOne({ random, schema }: At, type: Item["type"]): Change | null {
  const item = random.any(schema.items.filter((each) => each.type === type));
  if (!item) return null;
  const isRead = schema.items.some(({ text }) => text.some((part) => part === ` FROM ${item.name}`));
  if (isRead) return null;
  return {
    statements: [`DROP ${item.type} ${item.name}`],
    next: { ...schema, items: schema.items.filter((each) => each !== item) },
  };
}
