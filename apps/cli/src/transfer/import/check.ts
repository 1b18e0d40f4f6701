import { BadLinesError } from "../../errors/exit-codes.js";
import { oneLine } from "../../output/printable.js";
import { note } from "../../output/writer.js";
import type { Source } from "../read/source.js";
import { batchesOf, ROWS } from "./batches.js";
import type { Encoder } from "./encoder.js";

/** Bad lines that are reported one by one. */
const SHOWN = 20;

export interface Checked {
  readonly rows: number;
  readonly bad: number;
  /** Throws BadLinesError if there are more bad lines than allowed. */
  refuse(): void;
}

/** Reads and checks all rows without sending any. */
export async function checkRows(name: string, source: Source, encoder: Encoder, most: number): Promise<Checked> {
  let [rows, bad]: [number, number] = [0, 0];
  let failure: string | null = null;
  for await (const batch of batchesOf(source, encoder, ROWS, { cuts: [], keep: false })) {
    for (const [index, problem] of batch.problems) {
      if (bad++ < SHOWN) note(`${source.unit} ${batch.places[index]}: ${oneLine(problem)}`);
    }
    rows += batch.count - batch.problems.size;
    if (batch.failure) failure = `${name}, ${source.unit} ${batch.failure.place}: ${batch.failure.message}`;
  }
  if (bad > SHOWN) note(`… and ${bad - SHOWN} more`);
  return {
    rows,
    bad,
    refuse() {
      if (failure !== null) throw new BadLinesError(failure);
      if (bad > most) throw new BadLinesError(`${bad} bad lines, and --max-bad allows ${most}.`);
    },
  };
}
