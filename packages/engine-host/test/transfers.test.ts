import { expect, it } from "vitest";
import { MOST_TRANSFERS } from "../dist/host/transfers.js";
import { codeOf, createItems, startHost } from "./support/host.js";

it("no more files are on their way at once than the bound, and the others are told to come again", async () => {
  const { db } = await startHost();
  await createItems(db);
  const exports = Array.from({ length: MOST_TRANSFERS + 2 }, () => codeOf(db.exportFile({ branch: "main" })));
  const outcomes = await Promise.all(exports);
  expect(outcomes.filter((outcome) => outcome === "fulfilled")).toHaveLength(MOST_TRANSFERS);
  expect(outcomes.slice(MOST_TRANSFERS)).toEqual(["OVERLOADED", "OVERLOADED"]);
  expect(await codeOf(db.exportFile({ branch: "main" }))).toBe("fulfilled");
});
