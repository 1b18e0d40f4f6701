import { randomUUID } from "node:crypto";
import { createReadStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROGRAMS } from "../../../packages/store/test/support/postgres.js";
import { TestStore } from "../../../packages/store/test/support/test-store.js";
import { residentBytes } from "../../faults/children.js";
import { ServerNode } from "../../support/cell.js";
import { API_KEY } from "../../support/server.js";

const MB = 1024 * 1024;
/** How long a side stands still, in ms. */
const STILL_MS = 1500;
/** Less than half of it may be with the standby while the other side stands still. */
const FILE_MB = 48;

// Without PostgreSQL, nodes.test.ts says so.
describe.skipIf(PROGRAMS === null || process.platform !== "linux")("a large file through a standby", () => {
  const folder = mkdtempSync(join(tmpdir(), "helios-large-"));
  const cell = randomUUID();
  let store: TestStore;
  let nodes: ServerNode[] = [];
  beforeAll(async () => {
    store = await TestStore.start();
    const first = await ServerNode.start({ urls: store.urls, cell, node: "first" });
    nodes = [first];
    await first.isActive();
    nodes.push(await ServerNode.start({ urls: store.urls, cell, node: "second" }));
    await nodes[1]!.isFollowing();
  });
  afterAll(async () => {
    for (const node of nodes) {
      await node.kill();
      node.removeData();
    }
    await store?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is taken and given as it comes, whatever its size, while the other side stands still", async () => {
    const [path, copy] = [join(folder, "given.db"), join(folder, "taken.db")];
    const db = new Database(path);
    db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB)");
    const insert = db.prepare("INSERT INTO t (v) VALUES (randomblob(1000000))");
    db.transaction(() => {
      for (let i = 0; i < FILE_MB; i++) insert.run();
    })();
    const digests = (file: Database.Database) =>
      file.prepare("SELECT id, substr(v, 1, 8) AS head, substr(v, -8) AS tail FROM t ORDER BY id").all();
    const given = digests(db);
    db.close();
    const [first, second] = [nodes[0]!, nodes[1]!];
    const url = `${second.url}/v1/branches/large/file`;
    const headers = { "x-api-key": API_KEY, "content-type": "application/vnd.sqlite3" };

    let pulled = 0;
    const body = Readable.toWeb(
      Readable.from(
        counted(createReadStream(path), (bytes) => {
          pulled += bytes;
        }),
      ),
    );
    const importing = fetch(url, { method: "PUT", headers, body, duplex: "half" } as RequestInit);
    await second.until(async () => pulled > 0);
    first.signalGroup("SIGSTOP");
    const before = pulled;
    await sleep(STILL_MS);
    expect(pulled - before).toBeLessThan((FILE_MB * MB) / 2);
    first.signalGroup("SIGCONT");
    const imported = await importing;
    expect([imported.status, await imported.text()]).toEqual([201, expect.stringContaining("large")]);
    await second.isFollowing();

    const exported = await fetch(url, { headers });
    expect(exported.status).toBe(200);
    const file = await open(copy, "w");
    let isFirst = true;
    for await (const chunk of exported.body!) {
      await file.write(chunk as Uint8Array);
      if (isFirst) {
        const resident = residentBytes(second.child.pid!);
        await sleep(STILL_MS);
        expect(residentBytes(second.child.pid!) - resident).toBeLessThan((FILE_MB * MB) / 2);
      }
      isFirst = false;
    }
    await file.close();
    expect(statSync(copy).size).toBeGreaterThan(FILE_MB * 1_000_000);
    const taken = new Database(copy, { readonly: true });
    expect(digests(taken)).toEqual(given);
    taken.close();
  });
});

async function* counted(chunks: AsyncIterable<Buffer>, count: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    count(chunk.byteLength);
    yield chunk;
  }
}
