import { expect, it } from "vitest";
import { misfit, orNull } from "../support/form.js";

const EXAMPLE = {
  id: "br_main001",
  at: "2025-01-01T00:00:00Z",
  rows: [[1, "Alice"]],
  history: [{ id: "tx_1" }, { id: "snap_1", size: 5 }],
  parent: orNull("main"),
};
const GOOD = {
  id: "br_x",
  at: "2026-01-01T00:00:00.5Z",
  rows: [[7, "Bob"]],
  history: [{ id: "tx_2" }, { id: "snap_9", size: 1 }, { id: "tx_3" }],
  parent: null,
};

it("an answer of the example's form fits", () => {
  expect(misfit(GOOD, EXAMPLE)).toBeNull();
});

it.each([
  [{ ...GOOD, id: "main" }, "answer.id is 'main', no id as br_…"],
  [{ ...GOOD, at: "yesterday" }, "answer.at is 'yesterday', no time"],
  [{ ...GOOD, rows: [["7", "Bob"]] }, "answer.rows[0] has no entry like 1"],
  [{ ...GOOD, rows: [] }, 'answer.rows has no entry like [1,"Alice"]'],
  [{ ...GOOD, history: [{ id: "tx_2" }] }, 'answer.history has no entry like {"id":"snap_1","size":5}'],
  [{ ...GOOD, extra: 1 }, "answer.extra is in no example"],
  [{ ...GOOD, parent: 5 }, "answer.parent is 5, no string"],
  [{ id: "br_x" }, "answer.at is missing"],
  [null, "answer is null"],
])("%j does not", (value, wrong) => {
  expect(misfit(value, EXAMPLE)).toBe(wrong);
});
