import type { DatabaseWriter, WriteOperation } from "@heliosdb/engine";

/**
 * The stored result of the request with this id, or null if it led to no commit. The engine answers a known id with
 * what is stored, whatever comes with it; so a statement that changes nothing asks for it.
 */
export function outcomeOf(writer: DatabaseWriter, branch: string, requestId: string): unknown {
  const statements = [{ sql: "DELETE FROM sqlite_schema WHERE false" }];
  const question: WriteOperation = { op: "execute", request: { branch, author: "system", statements, requestId } };
  const job = writer.prepare(question);
  if (job) {
    // A branch without a file has never been written to.
    writer.abort(job);
    return null;
  }
  const [outcome] = writer.write([question]);
  return outcome?.ok && outcome.result.changed ? outcome.result : null;
}
