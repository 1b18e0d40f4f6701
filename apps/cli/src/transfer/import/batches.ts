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

/** Rows that follow each other in a file. The lists have an entry for each row. */
export interface Batch {
  /** Rows of the file before this batch. */
  readonly from: number;
  readonly texts: readonly string[];
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
      const isFull = batch.texts.length >= limits.rows || batch.characters >= limits.characters;
      if (!isFull && !cuts.includes(batch.from + batch.texts.length)) continue;
      yield batch.end(encoder, rows.read);
      batch = new Collected(batch.from + batch.texts.length, keep);
    }
    batch.read = rows.read;
    if (rows.failure) {
      yield { ...batch.end(encoder, rows.read), failure: rows.failure };
      return;
    }
  }
  if (batch.texts.length > 0) yield batch.end(encoder, batch.read);
}

class Collected {
  readonly texts: string[] = [];
  readonly places: number[] = [];
  readonly values = new Map<number, readonly unknown[]>();
  readonly problems = new Map<number, string>();
  characters = 0;
  read = 0;

  constructor(
    readonly from: number,
    private readonly keep: boolean,
  ) {}

  add(encoder: Encoder, rows: Rows, index: number): void {
    const values = rows.values[index]!;
    const problem = rows.problems.get(index);
    const encoded = problem === undefined ? encoder.encode(values) : { problem };
    if (typeof encoded !== "string") this.problems.set(this.texts.length, encoded.problem);
    // Kept for all rows, they would take far more memory than the texts.
    if (this.keep || typeof encoded !== "string") this.values.set(this.texts.length, values);
    const text = typeof encoded === "string" ? encoded : JSON.stringify(values, (_, value) => plain(value));
    this.texts.push(text);
    this.places.push(rows.places[index]!);
    this.characters += text.length;
  }

  end(encoder: Encoder, read: number): Batch {
    const { from, texts, places, values, problems } = this;
    const tagged = new Set(encoder.tagged);
    encoder.reset();
    return { from, texts, places, values, problems, tagged, read };
  }
}

function plain(value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
