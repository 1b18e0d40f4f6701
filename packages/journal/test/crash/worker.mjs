import { appendFileSync } from "node:fs";
import { openWriter } from "@heliosdb/engine";
import { readExactJson } from "@heliosdb/port";
import { perform } from "../../../engine/test/crash/actions.mjs";
import { Journal, LogEnd } from "../../dist/index.js";

// Opens a database with a journal that appends to a file, and does one thing to it. Each entry is confirmed at once.
const { directory, clockOffsetMs, action, log, end, known } = readExactJson(process.argv[2]);
const last = new LogEnd(end.seq, end.digest);
const append = (operations) => {
  const parts = [...last.next(operations)].map((part) => part.toString("base64"));
  appendFileSync(log, `${JSON.stringify(parts)}\n`);
  return last.seq;
};
const journal = new Journal(directory, append, known);

function ended(call) {
  try {
    return call();
  } finally {
    journal.confirmed(journal.collect());
    journal.settle();
  }
}

const writer = ended(() => openWriter({ directory, clockOffsetMs }, journal));
const journaled = new Proxy(writer, {
  get(target, name) {
    const value = target[name];
    return typeof value === "function" ? (...args) => ended(() => value.apply(target, args)) : value;
  },
});
perform(journaled, action);
journaled.close();
