import { closeSync, ftruncateSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { BadLinesError, UsageError } from "../../errors/exit-codes.js";
import { oneLine } from "../../output/printable.js";
import { note } from "../../output/writer.js";
import type { Source } from "../read/source.js";

export interface BadLinesOptions {
  /** More than these stop the import. */
  readonly most: number;
  /** File that they are kept in. */
  readonly file: string | undefined;
  /** Whether the file may be there already, with something else in it. */
  readonly force?: boolean;
}

/** Reports rows that can't be imported, keeps them in a file, and says when there are too many. */
export class BadLines {
  readonly #descriptor: number | null;
  readonly #source: Source;
  readonly #options: BadLinesOptions;
  #count: number;
  #bytes: number;

  /**
   * @param name of the file, as in messages
   * @param before those of earlier runs, which the file has already
   */
  constructor(
    private readonly name: string,
    source: Source,
    options: BadLinesOptions,
    before: { readonly bad: number; readonly badBytes: number },
  ) {
    this.#source = source;
    this.#options = options;
    this.#count = before.bad;
    this.#bytes = before.badBytes;
    this.#descriptor = options.file === undefined ? null : open(options.file, this.#bytes, options.force === true);
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes of the file. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Throws BadLinesError if it is one too many; then it is only reported. */
  add(place: number, values: readonly unknown[] | undefined, problem: string): void {
    const text = `${this.#source.unit} ${place}: ${oneLine(problem)}`;
    if (this.#count >= this.#options.most) throw new BadLinesError(`${this.name}, ${text}`);
    this.#count++;
    note(text);
    if (this.#descriptor === null || values === undefined) return;
    const { head, line } = this.#source.badLines;
    this.#write(this.#bytes === 0 ? head + line(values) : line(values));
  }

  /** A file without any is removed. */
  close(): void {
    if (this.#descriptor === null) return;
    closeSync(this.#descriptor);
    if (this.#bytes === 0) rmSync(this.#options.file!, { force: true });
  }

  #write(text: string): void {
    const bytes = Buffer.from(text);
    writeSync(this.#descriptor!, bytes, 0, bytes.length, this.#bytes);
    this.#bytes += bytes.length;
  }
}

/** What a run that was killed wrote, but did not count, is removed. */
function open(file: string, bytes: number, force: boolean): number {
  if (bytes === 0 && !force && (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0) {
    throw new UsageError(`${file} already exists. Choose another file for bad lines, or add --force.`);
  }
  try {
    const descriptor = openSync(file, bytes === 0 ? "w" : "r+");
    ftruncateSync(descriptor, bytes);
    return descriptor;
  } catch (error) {
    throw new UsageError(`${file} can't be written: ${(error as Error).message}`);
  }
}
