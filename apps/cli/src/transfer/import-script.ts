import { note } from "../output/writer.js";
import type { Session } from "../session/session.js";
import { STATEMENTS } from "./import/batches.js";
import { noteResumed, type RunOptions, stateFor } from "./import/begin.js";
import { checkRows } from "./import/check.js";
import { catchUp } from "./import/resume.js";
import { runImport } from "./import/run.js";
import { scriptSink, statementEncoder } from "./import/script-sink.js";
import { openBytes } from "./read/bytes.js";
import { openScript } from "./read/script.js";

export interface ScriptOptions extends RunOptions {
  readonly branch: string;
  readonly dryRun: boolean;
}

/** Runs the statements of a script, many as one commit. */
export async function importScript(session: Session, file: string, options: ScriptOptions): Promise<void> {
  const { client, writer } = session;
  const branch = await client.branches.get(options.branch);
  const bytes = openBytes(file);
  const source = openScript(bytes);
  if (options.dryRun) {
    const checked = await checkRows(bytes.name, source, statementEncoder, options.most);
    writer.one({ statements: checked.rows }, [{ heading: "statements", value: ({ statements }) => statements }]);
    note("Only the server can check statements: they were read, not run.");
    checked.refuse();
    return;
  }
  const state = stateFor(branch, file, "", options);
  if (state.isResumed) {
    await catchUp(client, branch.id, state, { leavesTrace: false });
    noteResumed(bytes.name, state);
  }
  const sink = scriptSink(client, branch.id);
  const task = { source, name: bytes.name, encoder: statementEncoder, sink, limits: STATEMENTS, state };
  const { rows, bad, scn } = await runImport(task, options);
  writer.one({ branch: branch.name, statements: rows, bad, scn }, [
    { heading: "branch", value: (result) => result.branch },
    { heading: "statements", value: (result) => result.statements },
    { heading: "bad", value: (result) => result.bad },
    { heading: "scn", value: (result) => result.scn },
  ]);
}
