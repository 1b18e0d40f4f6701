import { expect, it } from "vitest";
import { entryOf } from "../../dist/http/audit/entry.js";

it("a client that was gone before it told an address is called unknown, so that its entry can be written", () => {
  const identity = { userId: "ann", keyId: "k_1", clientId: null, method: "api_key" };
  const context = { identity, errorCode: null, result: { scn: 7 }, input: null, trace: { traceId: "t" } };
  const request = { requestContext: context, params: {}, ip: undefined, id: "req_1" };
  const reply = { statusCode: 200, hasHeader: () => false };
  const operation = { id: "execute", subjectOf: () => ({ branch: "main", object: null }) };
  const entry = entryOf(request as never, reply as never, operation as never, "default");
  expect(entry).toMatchObject({ userId: "ann", address: "unknown", branch: "main", scn: 7 });
});
