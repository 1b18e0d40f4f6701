import type { Client, Connection, Submittable } from "pg";

/** PGCOPY, flags and the length of an extension, which is not there. */
const HEADER_BYTES = 19;

/** Fields of a row as the server sends them in binary; null for NULL. */
export type BinaryRow = readonly (Buffer | null)[];

/**
 * The rows of a query, in memory. A result as pg reads it has bytes as hexadecimal text: twice as much to send, and to be
 * turned into text and back. COPY sends them as they are.
 * @param query has no parameters
 */
export async function copyOut(client: Client, query: string): Promise<BinaryRow[]> {
  const pieces = await new Promise<Buffer[]>((resolve, reject) => {
    client.query(new CopyOut(query, resolve, reject));
  });
  return rowsOf(Buffer.concat(pieces));
}

/** What pg calls while a query runs. */
class CopyOut implements Submittable {
  private readonly pieces: Buffer[] = [];

  constructor(
    private readonly query: string,
    private readonly resolve: (pieces: Buffer[]) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  submit(connection: Connection): void {
    connection.query(`COPY (${this.query}) TO STDOUT (FORMAT binary)`);
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    // The parser goes on to use its memory.
    this.pieces.push(Buffer.from(chunk));
  }

  handleError(error: Error): void {
    this.reject(error);
  }

  handleReadyForQuery(): void {
    this.resolve(this.pieces);
  }

  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
  handleCopyInResponse(): void {}
}

function rowsOf(data: Buffer): BinaryRow[] {
  const rows: BinaryRow[] = [];
  let at = HEADER_BYTES;
  for (let count = data.readInt16BE(at); count >= 0; count = data.readInt16BE(at)) {
    at += 2;
    const row: (Buffer | null)[] = [];
    for (let i = 0; i < count; i++) {
      const length = data.readInt32BE(at);
      at += 4;
      row.push(length < 0 ? null : data.subarray(at, at + length));
      at += Math.max(length, 0);
    }
    rows.push(row);
  }
  return rows;
}

/** A bigint that a number can hold. */
export function numberIn(field: Buffer): number {
  return Number(field.readBigInt64BE());
}
