import { copyFileSync } from "node:fs";
import { adoptFile, copyFiles, finishFile } from "../../dist/index.js";

/** Does one thing to an open database as the processes of a server do it, and returns what came of it. */
export function perform(writer, action) {
  switch (action.do) {
    case "open":
      return null;
    case "write":
      if (action.byHelper) clone(writer, writer.prepare(action.operation));
      return writer.write([action.operation])[0];
    case "control":
      return writer.control(action.operation);
    case "transaction": {
      const { transaction: id, branch, statements, meanwhile } = action;
      const opening = { op: "openTransaction", request: { branch, id, requestId: id } };
      const known = writer.outcome(opening);
      if (known) return known;
      writer.control(opening);
      const last = statements.length - 1;
      statements.forEach((sql, at) => {
        if (at === last) writer.write([meanwhile]);
        writer.inTransaction(id, { op: "execute", request: { branch, author: "test", statements: [{ sql }] } });
      });
      return writer.endTransaction(id, { end: "commit", author: "test", message: null });
    }
    case "copy":
      return clone(writer, writer.prepareCopy(action.request));
    case "export":
      return clone(writer, writer.prepareExport(action.request));
    case "import": {
      // The file is uploaded anew each time.
      copyFileSync(action.source, action.path);
      const job = writer.prepareImport(action.request, action.path);
      adoptFile(job);
      return writer.importBranch(job, action.request);
    }
    case "maintain":
      for (;;) {
        const { job, more } = writer.maintain(1000);
        clone(writer, job);
        if (!more) return null;
      }
  }
  throw new Error(`there is no action ${action.do}`);
}

function clone(writer, job) {
  if (!job) return null;
  copyFiles(job);
  writer.copied(job);
  finishFile(job);
  writer.finish(job);
  return job.target;
}
