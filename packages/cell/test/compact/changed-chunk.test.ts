import { CHUNK_BYTES } from "@heliosdb/store";
import fc from "fast-check";
import { expect, it } from "vitest";
import { ChangedChunk } from "../../src/compact/changed-chunk.js";

const offset = fc.oneof(fc.nat(CHUNK_BYTES), fc.nat(200), fc.constantFrom(0, 64, 128, CHUNK_BYTES - 64));
const change = fc.oneof(
  { weight: 4, arbitrary: fc.record({ at: offset, length: fc.oneof(fc.nat(300), fc.constantFrom(64, CHUNK_BYTES)) }) },
  { weight: 1, arbitrary: fc.record({ cut: offset }) },
  { weight: 1, arbitrary: fc.constant({ aside: true as const }) },
);

it("is what a file is to which the same was written", () => {
  fc.assert(
    fc.property(fc.nat(CHUNK_BYTES), fc.array(change, { maxLength: 12 }), (length, changes) => {
      const stored = new Uint8Array(length).fill(255);
      const older: ChangedChunk[] = [];
      let chunk = new ChangedChunk(length === 0 ? 0 : CHUNK_BYTES);
      let file = new Uint8Array(CHUNK_BYTES);
      file.set(stored);
      for (const [i, each] of changes.entries()) {
        if ("aside" in each) {
          older.push(ChangedChunk.unpack(chunk.pack()));
          chunk = new ChangedChunk(CHUNK_BYTES);
        } else if ("cut" in each) {
          chunk.cut(each.cut);
          file = file.fill(0, each.cut);
        } else {
          const bytes = new Uint8Array(Math.min(each.length, CHUNK_BYTES - each.at)).fill(i + 1);
          chunk.write(each.at, bytes);
          file.set(bytes, each.at);
          // Whoever wrote it may use it again.
          bytes.fill(77);
        }
      }
      const whole = older[0] ?? chunk;
      for (const later of [...older.slice(1), chunk]) if (later !== whole) whole.addLater(later);
      const made = new Uint8Array(CHUNK_BYTES);
      made.set(whole.over(whole.needsOther ? stored : null));
      expect(Buffer.compare(made, file)).toBe(0);
    }),
    { numRuns: 100 },
  );
});

it("takes no memory for what was written again", () => {
  const chunk = new ChangedChunk(0);
  chunk.write(0, new Uint8Array(4096));
  const { bytes } = chunk;
  for (let i = 0; i < 100; i++) chunk.write(0, new Uint8Array(4096));
  expect(chunk.bytes).toBe(bytes);
  chunk.cut(0);
  expect(chunk.bytes).toBe(0);
});
