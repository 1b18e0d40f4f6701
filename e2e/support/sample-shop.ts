import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";

const NAMES = ["Ada Lovelace", "Grace Hopper", "Edsger Dijkstra", "Barbara Liskov", "Donald Knuth", "Tony Hoare"];

/** A SQLite file of a shop, as somebody has it on a disk. */
export function sampleShop(customers = 400): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "helios-shop-"));
  try {
    const path = join(folder, "shop.db");
    const database = new Database(path);
    database.exec(`
      CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT UNIQUE, city TEXT, vip BOOLEAN, notes JSON);
      CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id), total REAL, placed DATETIME);
      CREATE TABLE products (sku TEXT PRIMARY KEY, title TEXT, price NUMERIC, stock INTEGER, photo BLOB);
      CREATE INDEX orders_by_customer ON orders (customer_id)`);
    const customer = database.prepare("INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?)");
    const insertOrder = database.prepare("INSERT INTO orders VALUES (?, ?, ?, ?)");
    const product = database.prepare("INSERT INTO products VALUES (?, ?, ?, ?, ?)");
    const orders: unknown[][] = [];
    database.transaction(() => {
      for (let id = 1; id <= customers; id++) {
        const name = id <= NAMES.length ? NAMES[id - 1] : `${NAMES[id % NAMES.length]} ${id}`;
        const notes = id % 5 === 0 ? JSON.stringify({ since: 2000 + (id % 20), tags: ["letter", "phone"] }) : null;
        customer.run(id, name, `c${id}@example.com`, ["Berlin", "Lisbon", "Oslo"][id % 3], id % 7 === 0 ? 1 : 0, notes);
        orders.push([id, ((id * 7) % customers) + 1, (id * 137) / 10, `2026-0${(id % 9) + 1}-11T10:00:00Z`]);
      }
      for (const order of orders) insertOrder.run(...order);
      for (let id = 1; id <= 40; id++) {
        product.run(`SKU-${id}`, `Product ${id}`, id * 3.5, id * 4, id === 1 ? Buffer.from("pixels") : null);
      }
    })();
    database.close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
