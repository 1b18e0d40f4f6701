import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Bases, type BaseTransaction, CHUNK_BYTES, Connections, Stream } from "../src/index.js";
import { PROGRAMS, until } from "./support/postgres.js";
import { TestStore } from "./support/test-store.js";

describe.skipIf(PROGRAMS === null)("the base of a log in a store with a synchronous standby", () => {
  let store: TestStore;
  let connections: Connections;
  beforeAll(async () => {
    store = await TestStore.start();
    connections = new Connections(store.urls);
  });
  afterAll(async () => {
    await connections?.close();
    await store?.stop();
  });

  async function newLog() {
    const { cell } = await store.cell();
    const key = { cell, name: "db", epoch: 1, writer: randomUUID() };
    const stream = await Stream.take(connections, key, randomUUID());
    const append = (...parts: string[]) =>
      stream.append({ parts: parts.map((part) => Buffer.from(part)), digest: parts[0]!, made: [], gone: [] });
    const bases = new Bases(connections, cell);
    const move = async (seq: number, work: (base: BaseTransaction) => Promise<number>) => {
      const moved = await bases.move("db", async (base) => {
        const file = await work(base);
        await base.move({ seq, digest: `digest ${seq}` }, new Map([[file, CHUNK_BYTES + 5]]), 0);
        return file;
      });
      return moved!;
    };
    return { cell, stream, append, bases, move };
  }

  it("is of a log whose bytes are counted, each once", async () => {
    const { stream, append, bases } = await newLog();
    await append("12345");
    await append("123", "4567");
    const release = await store.standby.hold();
    const again = append("12");
    const waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    await until(async () => (await store.primary.run(waiting)).length > 0);
    await store.primary.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
    release();
    await again;
    expect([await bases.behind(13, 0, 0), await bases.behind(14, 0, 0)]).toEqual([[{ name: "db", head: 3 }], []]);
    expect(stream.seq).toBe(3);
  });

  it("is read as it was when that began, however it is moved meanwhile", async () => {
    const { stream, append, move } = await newLog();
    await append("one");
    expect(await stream.base(async (base) => base)).toBeNull();
    const file = await move(1, async (base) => {
      const made = await base.make("meta.db");
      await base.store(
        [0, 1].map((chunk) => ({ file: made, chunk, body: Buffer.from(`chunk ${chunk}`) })),
        [],
      );
      return made;
    });
    await append("two");
    const read = await stream.base(async (base) => {
      await move(2, async (other) => {
        const [old] = await other.load([{ file, chunk: 1, whole: true }]);
        expect(old!.body!.toString()).toBe("chunk 1");
        await other.store([{ file, chunk: 1, body: Buffer.from("later") }], [old!.blob]);
        return file;
      });
      const texts: string[] = [];
      for await (const { name, offset, bytes } of base!.chunks()) texts.push(`${name} ${offset} ${Buffer.from(bytes)}`);
      return { seq: base!.seq, digest: base!.digest, folder: base!.folder, files: base!.files, texts };
    });
    expect(read).toEqual({
      seq: 1,
      digest: "digest 1",
      folder: stream.folder,
      files: [{ name: "meta.db", size: CHUNK_BYTES + 5 }],
      texts: ["meta.db 0 chunk 0", `meta.db ${CHUNK_BYTES} chunk 1`],
    });
    expect(await stream.base(async (base) => base!.seq)).toBe(2);
    await stream.drop();
    const [row] = await store.primary.run(
      "SELECT (SELECT count(*) FROM helios.base_file) + (SELECT count(*) FROM helios.base_chunk) + (SELECT count(*) FROM helios.blob) AS n",
    );
    expect(row).toEqual({ n: "0" });
  });

  it("leaves the connection with nothing to do, although nobody reads on", async () => {
    const { cell, append, move } = await newLog();
    await append("one");
    await move(1, async (base) => {
      const file = await base.make("meta.db");
      await base.store(
        Array.from({ length: 100 }, (_, chunk) => ({ file, chunk, body: Buffer.from(`chunk ${chunk}`) })),
        [],
      );
      return file;
    });
    const single = new Connections(store.urls, 1);
    const connection = await single.take();
    const said: string[] = [];
    const query = connection.client.query.bind(connection.client) as (...args: unknown[]) => unknown;
    const heard = (...args: unknown[]) => {
      said.push(typeof args[0] === "string" ? args[0] : "copy");
      return query(...args);
    };
    connection.client.query = heard as typeof connection.client.query;
    single.give(connection);
    const stream = await Stream.take(single, { cell, name: "db", epoch: 1, writer: randomUUID() }, randomUUID());
    await stream.base(async (base) => {
      for await (const { offset } of base!.chunks()) if (offset > 0) break;
    });
    expect(said.filter((each) => each === "copy").length).toBeGreaterThan(0);
    const last = said.length;
    await query("SELECT 1");
    await query("SELECT 2");
    expect([said.at(-1), said.length]).toEqual(["COMMIT", last]);
    stream.close();
    await single.close();
  });

  it("gives entries in groups, each of them whole", async () => {
    const { append, bases } = await newLog();
    for (const parts of [["a"], ["bb", "bb"], ["c".repeat(100), "c"], ["d"], ["e"]]) await append(...parts);
    const groups = await bases.move("db", async (base) => {
      const all: string[][] = [];
      for (let seq = 0; seq < 5; ) {
        const entries = await base.entries(seq, 6);
        all.push(
          entries.map(({ parts }) =>
            Buffer.concat([...parts])
              .toString()
              .slice(0, 5),
          ),
        );
        seq = entries.at(-1)!.seq;
      }
      expect(await base.entries(5, 6)).toEqual([]);
      return all;
    });
    expect(groups).toEqual([["a", "bbbb"], ["ccccc"], ["d", "e"]]);
  });
});
