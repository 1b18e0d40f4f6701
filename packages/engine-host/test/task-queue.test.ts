import type { ControlOperation, WriteOperation } from "@heliosdb/engine";
import { expect, it } from "vitest";
import { WriteTask } from "../src/writers/task.js";
import { TaskQueue } from "../src/writers/task-queue.js";

const end = { resolve() {}, reject() {}, done() {} };
const task = (operation: WriteOperation | ControlOperation) => new WriteTask(operation, 1000, end);
const write = (branch: string, sql = "x") =>
  task({ op: "execute", request: { branch, author: "a", statements: [{ sql }] } });
const never = () => false;

function queueOf(...tasks: WriteTask[]): TaskQueue {
  const queue = new TaskQueue();
  for (const one of tasks) queue.push(one);
  return queue;
}

it("groups the writes to one branch, past those to others", () => {
  const [a1, b1, a2, b2] = [write("a"), write("b"), write("a"), write("b")];
  const queue = queueOf(a1, b1, a2, b2);
  expect(queue.take(never)).toEqual([a1, a2]);
  expect(queue.take(never)).toEqual([b1, b2]);
  expect(queue.take(never)).toEqual([]);
});

it("keeps writes behind a merge, a creation and a deletion that name their branch", () => {
  const merge = task({ op: "merge", request: { source: "b", target: "a", strategy: "auto", author: "x" } });
  const create = task({ op: "createBranch", request: { name: "c" } });
  const drop = task({ op: "deleteBranch", request: { branch: "b" } });
  const [a1, a2, b1, m1, c1] = [write("a"), write("a"), write("b"), write("main"), write("c")];
  const queue = queueOf(a1, merge, a2, b1, create, m1, c1, drop);
  expect(queue.take(never)).toEqual([a1]);
  expect(queue.take(never)).toEqual([merge]);
  expect(queue.take(never)).toEqual([a2]);
  expect(queue.take(never)).toEqual([b1]);
  expect(queue.take(never)).toEqual([create]);
  expect(queue.take(never)).toEqual([m1]);
  expect(queue.take(never)).toEqual([c1]);
  expect(queue.take(never)).toEqual([drop]);
});

it("lets others pass what must wait, and nothing for the same branch", () => {
  const [a1, b1, a2] = [write("a"), write("b"), write("a")];
  const queue = queueOf(a1, b1, a2);
  expect(queue.take((one) => one === a1)).toEqual([b1]);
  expect(queue.take((one) => one === a1)).toEqual([]);
  expect(queue.take(never)).toEqual([a1, a2]);
});

it("runs alone what was in a lost group", () => {
  const [a1, a2, a3] = [write("a"), write("a"), write("a")];
  a1.alone = true;
  a2.alone = true;
  const queue = queueOf(a3);
  queue.putBack([a1, a2]);
  expect(queue.take(never)).toEqual([a1]);
  expect(queue.take(never)).toEqual([a2]);
  expect(queue.take(never)).toEqual([a3]);
});

it("bounds a group in number and in size", () => {
  const many = queueOf(...Array.from({ length: 300 }, () => write("a")));
  expect(many.take(never)).toHaveLength(256);
  expect(many.take(never)).toHaveLength(44);
  const megabyte = "x".repeat(1024 * 1024);
  const large = queueOf(...Array.from({ length: 6 }, () => write("a", megabyte)));
  expect(large.take(never)).toHaveLength(3);
  const huge = queueOf(write("a", megabyte.repeat(5)));
  expect(huge.take(never)).toHaveLength(1);
});

it("gives every write and merge a request id, and keeps the caller's", () => {
  expect(write("a").operation).toHaveProperty("request.requestId", expect.stringMatching(/^[0-9a-f-]{36}$/));
  const given = task({
    op: "deleteRows",
    request: { branch: "a", author: "x", table: "t", filter: "1", requestId: "r" },
  });
  expect(given.operation).toHaveProperty("request.requestId", "r");
});
