import { expect, it } from "vitest";
import { failure } from "../src/process/worker-errors.js";

it.each(["SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_READONLY_DBMOVED", "SQLITE_CORRUPT", "ENOSPC", "EROFS", "EIO"])(
  "%s is told as what the storage does, and only the log has more",
  (code) => {
    const cause = Object.assign(new Error("no space left on device, write '/data/databases/x'"), { code });
    const { error, detail } = failure(cause);
    expect(error).toMatchObject({ code: "STORAGE_UNAVAILABLE", message: expect.stringContaining(code) });
    expect(JSON.stringify(error)).not.toContain("/data");
    expect(detail).toContain("/data");
  },
);

it("anything else that is unknown is told as an error of the server's own", () => {
  const { error } = failure(Object.assign(new Error("what"), { code: "ERR_WHAT" }));
  expect(error).toMatchObject({ code: "INTERNAL_ERROR" });
});
