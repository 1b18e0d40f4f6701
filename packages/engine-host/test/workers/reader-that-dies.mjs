import { CopyNeeded, openReader } from "@heliosdb/engine";
import { serveReader } from "../../dist/readers/serve.js";

/** The real reader, except that a query with the word "deadly" ends its process. */
serveReader({
  CopyNeeded,
  openReader(options) {
    const reader = openReader(options);
    return {
      read(operation) {
        if (operation.op === "query" && operation.request.sql.includes("deadly")) process.exit(9);
        return reader.read(operation);
      },
      pin: () => reader.pin(),
      unpin: () => reader.unpin(),
      close: () => reader.close(),
    };
  },
});
