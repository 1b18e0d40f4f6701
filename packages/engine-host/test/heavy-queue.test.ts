import { describe, expect, it } from "vitest";
import { HeavyQueue } from "../src/readers/heavy-queue.js";

interface Read {
  readonly database: string;
  readonly name: string;
  slices: number;
}

const read = (database: string, name: string, slices = 0): Read => ({ database, name, slices });
const named = (one: Read | null | undefined) => one && `${one.database} ${one.name}`;

function queueOf(places: number, ...reads: Read[]): HeavyQueue<Read> {
  const queue = new HeavyQueue<Read>(places);
  for (const one of reads) queue.push(one);
  return queue;
}

/** Runs what may run, until nothing more may. */
function fill(queue: HeavyQueue<Read>, running: Read[]): Read[] {
  for (let next = queue.next(running); next; next = queue.next(running)) running.push(next);
  return running;
}

describe("places", () => {
  it("are taken by databases in turn, and one of them not by the same database as all others", () => {
    const queue = queueOf(4, ...[1, 2, 3, 4, 5].map((n) => read("a", String(n))));
    const running = fill(queue, []);
    expect(running.map(named)).toEqual(["a 1", "a 2", "a 3"]);
    queue.push(read("b", "1"));
    queue.push(read("b", "2"));
    expect(fill(queue, running).map(named)).toEqual(["a 1", "a 2", "a 3", "b 1"]);
    expect(queue.size).toBe(3);
  });

  it("are not all taken by reads that were stopped, neither of one database nor of several", () => {
    const stopped = [1, 2, 3].map((n) => read("a", `stopped ${n}`, 1));
    const queue = queueOf(4, ...stopped);
    const running = fill(queue, []);
    expect(running.map(named)).toEqual(["a stopped 1", "a stopped 2"]);
    queue.push(read("a", "new"));
    expect(named(queue.next(running))).toBe("a new");
    for (const name of ["b", "c"]) queue.push(read(name, "stopped", 1));
    expect(fill(queue, running).map(named).slice(2)).toEqual(["b stopped"]);
    queue.push(read("c", "new"));
    expect(named(queue.next(running))).toBe("c new");
  });

  it("go to new reads first, but not for ever", () => {
    const queue = queueOf(9, ...[1, 2, 3, 4, 5, 6].map((n) => read("a", `new ${n}`)), read("a", "stopped", 1));
    const order = fill(queue, []).map(({ name }) => name);
    expect(order).toEqual(["new 1", "new 2", "new 3", "new 4", "stopped", "new 5", "new 6"]);
  });

  it("of which there is only one are shared, too", () => {
    const queue = queueOf(1, read("a", "1"), read("a", "2", 3));
    expect(queue.next([])).toMatchObject({ name: "1" });
    expect(queue.next([read("a", "1")])).toBeUndefined();
    expect(queue.next([])).toMatchObject({ name: "2" });
  });
});

describe("a read that runs", () => {
  const a = [read("a", "1"), read("a", "2"), read("a", "3")];

  it("is stopped when its slice is over and another one could run in its place", () => {
    const queue = queueOf(4);
    const running = a.map((one, index) => ({ read: one, ran: 2000 + index }));
    expect(queue.toStop(running)).toBeNull();
    queue.push(read("a", "4"));
    expect(named(queue.toStop(running))).toBe("a 3");
    expect(queue.toStop(running.map(({ read }) => ({ read, ran: 1999 })))).toBeNull();
  });

  it("goes on where a place is free for those that wait", () => {
    const queue = queueOf(4, read("b", "1"));
    expect(queue.toStop(a.map((one) => ({ read: one, ran: 9000 })))).toBeNull();
  });

  it("goes on where only a read waits that may not have its place", () => {
    const queue = queueOf(3, read("c", "stopped", 1));
    const running = [read("a", "long", 2), read("b", "long", 2), read("c", "new")];
    // Only the new one's slice is over, and its place is kept for new ones.
    expect(queue.toStop(running.map((one) => ({ read: one, ran: 7000 })))).toBeNull();
    queue.push(read("c", "newer"));
    expect(named(queue.toStop(running.map((one) => ({ read: one, ran: 7000 }))))).toBe("c new");
  });

  it("has twice the time after each stop", () => {
    const queue = queueOf(2, read("b", "waits"), read("b", "waits, too"));
    const running = (ran: number) => [
      { read: read("a", "stopped twice", 2), ran },
      { read: read("b", "new"), ran: 0 },
    ];
    expect(queue.toStop(running(7999))).toBeNull();
    expect(queue.toStop(running(8000))).toBeNull();
    queue.push(read("c", "waits"));
    expect(named(queue.toStop(running(8000)))).toBe("a stopped twice");
  });

  it("is stopped first where its database has the most places", () => {
    const queue = queueOf(4, read("c", "waits"));
    const running = [
      { read: read("a", "1"), ran: 9000 },
      { read: read("b", "1"), ran: 2500 },
      { read: read("b", "2"), ran: 3000 },
      { read: read("d", "1"), ran: 9500 },
    ];
    expect(named(queue.toStop(running))).toBe("b 2");
  });
});

it("forgets what is taken out", () => {
  const [one, two] = [read("a", "1"), read("a", "2", 1)];
  const queue = queueOf(4, one, two);
  expect(queue.of("a")).toEqual([one, two]);
  expect([queue.delete(one), queue.delete(one), queue.sizeOf("a")]).toEqual([true, false, 1]);
  expect([queue.delete(two), queue.size]).toEqual([true, 0]);
});
