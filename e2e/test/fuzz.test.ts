import { expect, it } from "vitest";
import { mismatch, OPERATIONS } from "../fuzz/document.js";
import { fuzz } from "../fuzz/run.js";

const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 2_000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);

it("answers generated requests, valid and broken, as the OpenAPI documents promise", {
  timeout: 3_600_000,
}, async () => {
  const { sent, byStatus, problems } = await fuzz(REQUESTS, SEED);
  const statuses = [...byStatus].sort(([a], [b]) => a - b).map(([status, times]) => `${status}: ${times}`);
  console.log(`${sent} requests, seed ${SEED}; ${statuses.join(", ")}`);
  expect(problems.join("\n\n")).toBe("");
  expect(byStatus.get(200)).toBeGreaterThan(REQUESTS / 20);
});

it("would notice an answer that the document does not allow", () => {
  const list = OPERATIONS.find((operation) => operation.operationId === "listBranches")!;
  const schema = list.responses["200"]!.content!["application/json"]!.schema!;
  expect(mismatch(schema, { total: 0, branches: [] })).toBeNull();
  expect(mismatch(schema, { total: "0", branches: [] })).toContain("total");
  expect(mismatch(schema, { branches: [] })).toContain("missing");
  expect(mismatch(schema, { total: 1, branches: [{}] })).toContain("branches[0]");
});
