import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openWriter } from "@heliosdb/engine";
import { serveWriter } from "../../dist/writers/serve.js";

/**
 * The real writer, except for what a word in a statement asks for: "die-before" and "die-after" end the process once,
 * before or after the commit; "die-always" each time before it; "hang-after" blocks it once after the commit;
 * "lost-delete" ends it once, after a branch of that name was deleted.
 */
serveWriter({
  openWriter(options) {
    const writer = openWriter(options);
    const once = (word, text) => {
      // Not in the database's own folder, where the engine puts aside what it does not know.
      const mark = join(options.directory, "../..", `${word}.mark`);
      if (!text.includes(word) || existsSync(mark)) return false;
      writeFileSync(mark, "");
      return true;
    };
    const around = (what, work) => {
      const text = JSON.stringify(what);
      if (text.includes("die-always") || once("die-before", text)) process.kill(process.pid, "SIGKILL");
      const result = work();
      const isDelete = text.includes('"op":"deleteBranch"');
      if (once("die-after", text) || (isDelete && once("lost-delete", text))) process.kill(process.pid, "SIGKILL");
      if (once("hang-after", text)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      return result;
    };
    return {
      notes: writer.notes,
      prepare: (operation) => writer.prepare(operation),
      outcome: (branch, requestId) => writer.outcome(branch, requestId),
      prepareCopy: (request) => writer.prepareCopy(request),
      prepareExport: (request) => writer.prepareExport(request),
      prepareImport: (request) => writer.prepareImport(request),
      importBranch: (job, request) => writer.importBranch(job, request),
      takeGrown: () => writer.takeGrown(),
      maintain: (budgetMs) => writer.maintain(budgetMs),
      copied: (job) => writer.copied(job),
      finish: (job) => writer.finish(job),
      abort: (job) => writer.abort(job),
      write: (operations) => around(operations, () => writer.write(operations)),
      control: (operation) => around(operation, () => writer.control(operation)),
      close: () => writer.close(),
    };
  },
});
