import { describe, expect, it } from "vitest";
import type { Command } from "../dist/writers/command.js";
import { Confirmations } from "../dist/writers/confirmations.js";
import type { WriterResponse } from "../dist/writers/protocol.js";

type Given = Command & { answer(log: [last: number, confirmed: number] | null, scn?: number): void };

/** Confirmations, and what is given to a writer. */
function setUp() {
  const confirmations = new Confirmations(() => {});
  const give = (isPlain = true, scnAtOpening = 0): Given => {
    const whatever = { database: "t", body: "", limitMs: null, clones: false, received() {}, lost() {} };
    const command = { ...whatever, isPlain, commits: isPlain };
    const followed = confirmations.follow(command);
    return {
      ...followed,
      answer: (log, scn) => {
        const state = log && { log: { last: log[0], confirmed: log[1], scnAtOpening } };
        followed.received({ id: 1, result: scn === undefined ? null : { scn }, ...state } as WriterResponse);
      },
    };
  };
  return { confirmations, give };
}

/** Whether an answer may be told now, and a function that says whether it may be told later. */
function ask(confirmations: Confirmations, scn?: number): () => Promise<boolean> {
  let isTold = false;
  const held = confirmations.hold(scn);
  if (!held) isTold = true;
  else
    void held.then(() => {
      isTold = true;
    });
  return async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return isTold;
  };
}

describe("an answer that was read", () => {
  it("is told at once where nothing is pending", async () => {
    const { confirmations, give } = setUp();
    expect(await ask(confirmations)()).toBe(true);
    give().answer([1, 1], 5);
    expect(await ask(confirmations)()).toBe(true);
  });

  it("waits for a command that runs, whose commit it may show, and then for the log", async () => {
    const { confirmations, give } = setUp();
    const write = give();
    const read = ask(confirmations, 5);
    expect(await read()).toBe(false);
    write.answer([1, 0], 5);
    expect(await read()).toBe(false);
    confirmations.confirm(1);
    expect(await read()).toBe(true);
  });

  it("does not wait for what came after it", async () => {
    const { confirmations, give } = setUp();
    const first = give();
    const read = ask(confirmations);
    first.answer([1, 0], 5);
    give().answer([2, 0], 6);
    give();
    confirmations.confirm(1);
    expect(await read()).toBe(true);
  });

  it("is told at once if it shows what is safe, and only plain writes are pending", async () => {
    const { confirmations, give } = setUp();
    give().answer([1, 1], 5);
    give();
    expect(await ask(confirmations, 5)()).toBe(true);
    expect(await ask(confirmations, 6)()).toBe(false);
    // Lists, and errors, may tell of anything.
    expect(await ask(confirmations)()).toBe(false);
  });

  it("is told at once if it shows what was there when the database was opened", async () => {
    const { confirmations, give } = setUp();
    give(false, 80).answer([0, 0]);
    give();
    expect(await ask(confirmations, 80)()).toBe(true);
    expect(await ask(confirmations, 81)()).toBe(false);
  });

  it("is not told by the SCN of a result that is no commit", async () => {
    const { confirmations, give } = setUp();
    give(false).answer([0, 0], 9);
    give();
    expect(await ask(confirmations, 9)()).toBe(false);
  });

  it("may show a new branch under an old SCN", async () => {
    const { confirmations, give } = setUp();
    give().answer([1, 1], 5);
    const creation = give(false);
    const read = ask(confirmations, 5);
    expect(await read()).toBe(false);
    creation.answer([2, 1]);
    give();
    expect(await read()).toBe(false);
    confirmations.confirm(2);
    expect(await read()).toBe(true);
  });

  it("is not told by a number of another process", async () => {
    const { confirmations, give } = setUp();
    give().answer([40, 39], 5);
    const read = ask(confirmations, 5);
    confirmations.lost();
    // The next process has brought a part of what was left to the log.
    confirmations.confirm(41);
    expect(await read()).toBe(false);
    const next = give();
    expect(await read()).toBe(false);
    next.answer([42, 41], 6);
    expect(await read()).toBe(true);
    expect(await ask(confirmations, 6)()).toBe(false);
    confirmations.confirm(42);
    expect(await ask(confirmations, 6)()).toBe(true);
  });

  it("waits after a command that was lost, until a process has opened the database", async () => {
    const { confirmations, give } = setUp();
    give();
    confirmations.lost();
    expect(confirmations.needsOpening).toBe(true);
    const read = ask(confirmations, 5);
    // Not open: neither the closing of what was not open, nor an opening that failed, says anything.
    give().answer(null);
    expect(await read()).toBe(false);
    expect(confirmations.needsOpening).toBe(true);
    const opening = give(false);
    opening.answer([7, 7]);
    expect(await read()).toBe(true);
    expect(confirmations.needsOpening).toBe(false);
  });

  it("counts a confirmation that comes before the answer", async () => {
    const { confirmations, give } = setUp();
    const write = give();
    confirmations.confirm(1);
    write.answer([1, 0], 5);
    expect(await ask(confirmations, 5)()).toBe(true);
  });

  it("is safe after a database was closed, whose next process counts anew", async () => {
    const { confirmations, give } = setUp();
    give().answer([40, 39], 5);
    const read = ask(confirmations, 5);
    give().answer(null);
    expect(await read()).toBe(true);
    give().answer([3, 2], 6);
    expect(await ask(confirmations, 6)()).toBe(false);
    confirmations.confirm(3);
    expect(await ask(confirmations, 6)()).toBe(true);
  });

  it("is refused where nothing becomes safe any more", async () => {
    const { confirmations, give } = setUp();
    give();
    const held = confirmations.hold(1);
    confirmations.end(new Error("the database is gone"));
    await expect(held).rejects.toThrow("is gone");
    await expect(confirmations.hold(1)).rejects.toThrow("is gone");
  });
});
