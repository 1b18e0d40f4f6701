import { HeliosError } from "@heliosdb/port";

/**
 * Bytes of values in one result, unless the engine was opened with another limit: two processes have it in memory as a
 * whole.
 */
export const DEFAULT_RESULT_BYTES = 32 * 1024 * 1024;

/** Bytes of a value in addition to its text. */
const EACH = 8;

/** The names of columns, which rows as objects repeat, may take this many times as much as the values. */
export const NAMES_FACTOR = 4;

let current: ResultSize | null = null;

/**
 * Size of the values of one result. Beyond the limit it fails with RESULT_TOO_LARGE. Values are counted where they are
 * converted for the result, so every source of rows is limited. Values of a stream are not counted.
 */
export class ResultSize {
  private spent = 0;
  private names = 0;

  constructor(private readonly bound: number) {}

  get bytes(): number {
    return this.spent;
  }

  /** Runs the code that makes the result, or a part of it. */
  count<T>(make: () => T): T {
    const outer = current;
    current = this;
    try {
      return make();
    } finally {
      current = outer;
    }
  }

  add(bytes: number): void {
    this.spent += bytes;
    if (this.spent > this.bound) throw tooLarge(this.bound);
  }

  addNames(bytes: number): void {
    this.names += bytes;
    if (this.names > this.bound * NAMES_FACTOR) throw tooLarge(this.bound);
  }
}

/** Counts a value of this many characters. */
export function countValue(characters: number): void {
  current?.add(characters + EACH);
}

/** Counts the column names of a row, of this many characters, whether or not the row becomes an object. */
export function countNames(characters: number): void {
  current?.addNames(characters);
}

function tooLarge(bound: number): HeliosError {
  return new HeliosError(
    "RESULT_TOO_LARGE",
    `The response is larger than ${bound} bytes. Ask for fewer rows or columns, or stream the query with "Accept: application/x-ndjson", which has no such limit.`,
  );
}
