/** A real without a fraction, such as 5.0: a plain number would be taken for the integer 5. */
export class Real {
  constructor(readonly value: number) {}

  /** With its point, as SQL and JSON write it. */
  toString(): string {
    return Number.isInteger(this.value) && Math.abs(this.value) < 1e21 ? `${this.value}.0` : String(this.value);
  }
}

/**
 * One of SQLite's values, without loss. An integer is a bigint, or a number without a fraction; a real is any other
 * number, or a `Real`. true and false are 1 and 0 of a column declared BOOLEAN.
 */
export type Exact = null | boolean | number | bigint | string | Uint8Array | Real;

export const MIN_INT64 = -(2n ** 63n);
export const MAX_INT64 = 2n ** 63n - 1n;

/** An integer as a number if that is exact, else as a bigint. */
export function integerOf(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** A real of the database. */
export function realOf(value: number): number | Real {
  return Number.isInteger(value) ? new Real(value) : value;
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}
