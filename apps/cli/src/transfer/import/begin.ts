import { resolve } from "node:path";
import { UsageError } from "../../errors/exit-codes.js";
import { note } from "../../output/writer.js";
import type { BadLinesOptions } from "./bad-lines.js";
import { ImportState } from "./import-state.js";

export interface RunOptions extends BadLinesOptions {
  readonly resume?: boolean;
  readonly restart?: boolean;
}

/** The state of an earlier run that is to go on, or a new one. Throws UsageError if it isn't said which. */
export function stateFor(
  branch: { readonly id: string; readonly scn: number },
  file: string,
  table: string,
  { resume, restart }: RunOptions,
): ImportState {
  const target = { file: file === "-" ? file : resolve(file), branch: branch.id, table };
  const isKept = file !== "-";
  if (resume && !isKept) throw new UsageError("stdin can't be read again, so --resume needs a file.");
  const found = isKept ? ImportState.find(target) : null;
  if (found && resume) return found;
  if (found && !restart) {
    const { rows } = found.progress;
    throw new UsageError(
      `An import of ${file} that began at ${found.started} stopped after ${rows} rows. Continue it with --resume, or begin again with --restart.`,
    );
  }
  return ImportState.begin(target, branch.scn, isKept);
}

/** Tells people that an earlier run goes on. */
export function noteResumed(name: string, { progress, started }: ImportState): void {
  note(`Continuing the import of ${name} from ${started} after ${progress.rows} rows.`);
}
