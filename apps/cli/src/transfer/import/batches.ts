import type { Failure, Rows, Source } from "../read/source.js";
import type { Encoder } from "./encoder.js";

/** Bounds of one batch, which is sent as one commit. */
export interface BatchLimits {
  readonly rows: number;
  /** Of the rows' JSON. */
  readonly characters: number;
}

export const ROWS: BatchLimits = { rows: 20_000, characters: 2 * 1024 * 1024 };
/** Statements of a batch are parsed one by one. */
export const STATEMENTS: BatchLimits = { rows: 2_000, characters: 2 * 1024 * 1024 };

/** Rows that follow each other in a file. */
export interface Batch {
  /** Rows of the file before this batch. */
  readonly from: number;
  readonly count: number;
  /** The JSON of all rows, with commas between them: one text takes far less memory than one for each row. */
  readonly text: string;
  /** Where the text of each row ends. */
  readonly ends: readonly number[];
  /** Where each row begins in the file. */
  readonly places: readonly number[];
  /** The values of rows that may have to be shown to people, by their index. */
  readonly values: ReadonlyMap<number, readonly unknown[]>;
  /** Rows that can't be sent; in place of their text is that of their values. */
  readonly problems: ReadonlyMap<number, string>;
  readonly tagged: ReadonlySet<number>;
  /** How far the source has been read. */
  readonly read: number;
  readonly failure?: Failure;
}

/**
 * Collects rows until a batch is full, or ends at one of the numbers of rows in `cuts`.
 * @param keep whether the values of all rows are kept, not only of those that can't be sent
 */
export async function* batchesOf(
  source: Source,
  encoder: Encoder,
  limits: BatchLimits,
  { cuts, keep }: { readonly cuts: readonly number[]; readonly keep: boolean },
): AsyncGenerator<Batch, void, undefined> {
  let batch = new Collected(0, keep);
  for await (const rows of source.rows()) {
    for (let index = 0; index < rows.values.length; index++) {
      batch.add(encoder, rows, index);
      const isFull = batch.ends.length >= limits.rows || batch.characters >= limits.characters;
      if (!isFull && !cuts.includes(batch.from + batch.ends.length)) continue;
      yield batch.end(encoder, rows.read);
      batch = new Collected(batch.from + batch.ends.length, keep);
    }
    batch.gather();
    batch.read = rows.read;
    if (rows.failure) {
      yield { ...batch.end(encoder, rows.read), failure: rows.failure };
      return;
    }
  }
  if (batch.ends.length > 0) yield batch.end(encoder, batch.read);
}

/** The JSON of some rows of a batch. */
export function textOf({ text, ends }: Batch, from: number, to: number): string {
  return text.slice(from === 0 ? 0 : ends[from - 1]! + 1, ends[to - 1]);
}

class Collected {
  readonly ends: number[] = [];
  readonly places: number[] = [];
  readonly values = new Map<number, readonly unknown[]>();
  readonly problems = new Map<number, string>();
  characters = 0;
  read = 0;
  /** Texts of rows, and those of the last rows one by one. */
  #gathered: string[] = [];
  #texts: string[] = [];

  constructor(
    readonly from: number,
    private readonly keep: boolean,
  ) {}

  add(encoder: Encoder, rows: Rows, index: number): void {
    const values = rows.values[index]!;
    const problem = rows.problems.size === 0 ? undefined : rows.problems.get(index);
    const encoded = problem === undefined ? encoder.encode(values) : { problem };
    const row = this.ends.length;
    if (typeof encoded !== "string") this.problems.set(row, encoded.problem);
    // Kept for all rows, they would take far more memory than the texts.
    if (this.keep || typeof encoded !== "string") this.values.set(row, values);
    const text = typeof encoded === "string" ? encoded : JSON.stringify(values, (_, value) => plain(value));
    this.#texts.push(text);
    this.places.push(rows.places[index]!);
    this.characters += text.length + 1;
    this.ends.push(this.characters - 1);
  }

  gather(): void {
    if (this.#texts.length > 0) this.#gathered.push(this.#texts.join(","));
    this.#texts = [];
  }

  end(encoder: Encoder, read: number): Batch {
    this.gather();
    const { from, ends, places, values, problems } = this;
    const text = this.#gathered.join(",");
    const tagged = new Set(encoder.tagged);
    encoder.reset();
    return { from, count: ends.length, text, ends, places, values, problems, tagged, read };
  }
}

function plain(value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
