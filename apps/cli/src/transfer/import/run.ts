import { BadLinesError, InterruptedError, UsageError } from "../../errors/exit-codes.js";
import { annotate } from "../../session/report.js";
import { onceToldToEnd } from "../../session/told-to-end.js";
import type { Source } from "../read/source.js";
import { BadLines, type BadLinesOptions } from "./bad-lines.js";
import { type Batch, type BatchLimits, batchesOf } from "./batches.js";
import type { Encoder } from "./encoder.js";
import type { ImportState, Sending } from "./import-state.js";
import { Importer } from "./importer.js";
import { ProgressLine } from "./progress-line.js";
import type { Sink } from "./sink.js";

/** An import that is ready to begin or to go on. */
export interface Import {
  readonly source: Source;
  /** As in messages. */
  readonly name: string;
  readonly encoder: Encoder;
  readonly sink: Sink;
  readonly limits: BatchLimits;
  readonly state: ImportState;
}

export interface Imported {
  readonly rows: number;
  readonly skipped: number;
  readonly bad: number;
  readonly scn: number | null;
}

/** Imports what is left, and removes the state at the end. */
export async function runImport(task: Import, options: BadLinesOptions): Promise<Imported> {
  const { source, name, state } = task;
  const badLines = new BadLines(name, source, options, state.progress);
  const progress = new ProgressLine(name, source.size);
  let isStopped = false;
  const off = onceToldToEnd(() => {
    isStopped = true;
  });
  const pause = () => {
    if (isStopped) throw new InterruptedError("Stopped.");
  };
  const importer = new Importer(task.sink, name, state, badLines, pause);
  try {
    const before = state.progress.rows;
    const reading = { cuts: cutsOf(state), keep: options.file !== undefined };
    for await (const batch of readAhead(batchesOf(source, task.encoder, task.limits, reading))) {
      await pass(batch, task, importer);
      progress.show({ now: importer.position.rows - before, all: importer.position.rows }, batch.read);
      if (!batch.failure) continue;
      await importer.settle();
      throw new BadLinesError(`${name}, ${source.unit} ${batch.failure.place}: ${batch.failure.message}`);
    }
    await importer.settle();
    if (importer.position.rows < state.progress.rows) throw changed(name, state.progress.rows);
    state.remove();
    const { imported, skipped, bad, scn } = state.progress;
    return { rows: imported, skipped, bad, scn };
  } catch (error) {
    // What is under way may arrive; what would have to be sent again is not.
    isStopped = true;
    await importer.settle().catch(() => {});
    progress.end();
    if (isBegun(state)) state.save();
    else state.remove();
    annotate(error, whatIsThere(state));
    throw error;
  } finally {
    off();
    progress.end();
    badLines.close();
  }
}

/** Sends a batch, or only counts it if an earlier run has sent it. */
async function pass(batch: Batch, { name, state }: Import, importer: Importer): Promise<void> {
  const isOfEarlierRun = ({ run }: Sending) => run < state.run;
  if (!state.progress.sending.some(isOfEarlierRun) && batch.from >= state.progress.rows) return importer.add(batch);
  await importer.settle();
  const { rows, digest, sending } = state.progress;
  if (batch.from < rows) {
    const after = importer.position.after(batch.count, batch.text);
    if (after.rows === rows && digest !== null && after.digest !== digest) throw changed(name, rows);
    importer.position = after;
    return;
  }
  const sent = sending.find((one) => isOfEarlierRun(one) && one.from === batch.from);
  if (sent) {
    const after = importer.position.after(batch.count, batch.text);
    if (after.rows !== sent.rows || after.digest !== sent.digest) throw changed(name, sent.rows);
    if (await importer.repeat(batch, sent.run)) return;
  }
  await importer.add(batch);
}

function cutsOf({ progress: { rows, sending } }: ImportState): readonly number[] {
  return [rows, ...sending.flatMap((one) => [one.from, one.rows])];
}

/** Reads the next batch while one is sent. */
async function* readAhead(batches: AsyncGenerator<Batch>): AsyncGenerator<Batch> {
  try {
    for (let next = batches.next(); ; ) {
      const { value, done } = await next;
      if (done) return;
      next = batches.next();
      // An error is thrown by the await above, after this batch.
      next.catch(() => {});
      yield value;
    }
  } finally {
    await batches.return(undefined);
  }
}

function isBegun({ progress: { rows, sending } }: ImportState): boolean {
  return rows > 0 || sending.length > 0;
}

function whatIsThere(state: ImportState): string {
  if (!isBegun(state)) return "Nothing was imported.";
  const { imported, skipped, bad } = state.progress;
  const parts = [`${imported} rows are imported`];
  if (skipped > 0) parts.push(`${skipped} were skipped`);
  if (bad > 0) parts.push(`${bad} were bad`);
  const next = "When the cause is gone, continue with --resume, or begin again with --restart.";
  return `${parts.join(", ")}.${state.isKept ? ` ${next}` : ""}`;
}

function changed(name: string, rows: number): UsageError {
  return new UsageError(
    `The first ${rows} rows of ${name} are not those that were sent: the file, its options or the types of the table have changed. Nothing more was sent. Look at the table, then use --restart.`,
  );
}
