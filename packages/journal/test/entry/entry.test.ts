import { createHash, randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { pagesInMemory } from "../../src/entry/page-source.js";
import { BrokenEntry, decodeEntry, LogEnd, type Operation, type Operations } from "../../src/index.js";

const PART = 8 * 1024 * 1024;

const file = fc.constantFrom(
  "meta.db",
  "branches/b1.db",
  "branches/b2.db.3.unfinished",
  "snapshots/b1-9.db",
  "lost+found/branches-x.db.2",
);
const bytes = fc.uint8Array({ maxLength: 2000 });
const pages = fc.constantFrom(512, 4096).chain((pageSize) =>
  fc.record({
    do: fc.constant("pages" as const),
    file,
    pageSize: fc.constant(pageSize),
    size: fc.constant(40),
    pages: fc
      .uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 20 })
      .map((numbers) => pagesInMemory(new Map(numbers.map((number) => [number, randomBytes(pageSize)])))),
  }),
);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  pages,
  fc.record({ do: fc.constant("made" as const), file }),
  fc.record({ do: fc.constant("removed" as const), file }),
  fc.record({ do: fc.constantFrom("copied" as const, "renamed" as const), from: file, file }),
  fc.record({ do: fc.constant("bytes" as const), file, offset: fc.nat(), bytes }),
);

const hashOf = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");

/** An entry with its pages as text, so that it can be compared. */
const told = (operations: Operations) =>
  operations.map((each) => {
    if (each.do === "bytes") return { ...each, bytes: hashOf(each.bytes) };
    if (each.do !== "pages") return each;
    const { numbers, read } = { numbers: each.pages.numbers, read: (n: number) => each.pages.read(n) };
    return { ...each, pages: numbers.map((number) => [number, hashOf(read(number))]) };
  });

it("reads what was written", () => {
  fc.assert(
    fc.property(fc.array(fc.array(operation, { maxLength: 6 }), { maxLength: 4 }), (entries) => {
      const end = new LogEnd();
      let previous = "";
      for (const [i, operations] of entries.entries()) {
        const found = decodeEntry([...end.next(operations)]);
        expect(told(found.operations)).toEqual(told(operations));
        expect([found.header.seq, found.header.previous]).toEqual([i + 1, previous]);
        previous = end.digest;
      }
    }),
    { numRuns: 60, seed: 1 },
  );
});

it("cuts a long entry into parts that a store takes, and each page lies in one of them", () => {
  const large = new Uint8Array(randomBytes(20 * 1024 * 1024));
  const pageSize = 65536;
  const images = new Map(
    Array.from({ length: 200 }, (_, i) => [i + 1, large.subarray(i * pageSize, (i + 1) * pageSize)]),
  );
  const operations: Operations = [
    { do: "bytes", file: "branches/b1.db.unfinished", offset: 0, bytes: large },
    { do: "pages", file: "meta.db", pageSize, size: 200, pages: pagesInMemory(images) },
  ];
  const parts = [...new LogEnd().next(operations)];
  expect(parts.length).toBe(5);
  for (const { length } of parts) expect(length).toBeLessThanOrEqual(PART);
  expect(JSON.stringify(told(decodeEntry(parts).operations)) === JSON.stringify(told(operations))).toBe(true);
});

it("refuses an entry that is not as it was written", () => {
  const long = new Uint8Array(randomBytes(9 * 1024 * 1024));
  const parts = [...new LogEnd().next([{ do: "bytes", file: "meta.db", offset: 0, bytes: long }])];
  expect(parts.length).toBe(2);
  const [first, last] = parts as [Buffer, Buffer];
  const changed = (part: Buffer, at: number) => {
    const other = Buffer.from(part);
    other[at]! ^= 1;
    return other;
  };
  const wrong: Buffer[][] = [
    [],
    [first],
    [last],
    [last, first],
    [first, first, last],
    [first, last, last],
    [changed(first, 5000), last],
    [first, changed(last, 100)],
    [first, changed(last, last.length - 1)],
    [first, last.subarray(0, last.length - 1)],
  ];
  for (const each of wrong) expect(() => decodeEntry(each)).toThrow(BrokenEntry);
  expect(() => decodeEntry(parts)).not.toThrow();
});

it.each([
  "../meta.db",
  "branches/../../etc.db",
  "branches/..",
  "/meta.db",
  "copies/b1-5.db",
  "transfers/x.db",
  "lock.db",
  "branches/a/b.db",
])("refuses an entry that names %s", (name) => {
  const written = (operation: Operation) => [...new LogEnd().next([operation])];
  expect(() => decodeEntry(written({ do: "made", file: name }))).toThrow(/names a file that no log has/);
  expect(() => decodeEntry(written({ do: "renamed", from: name, file: "meta.db" }))).toThrow(/names a file/);
});
