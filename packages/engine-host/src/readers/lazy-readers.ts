import type { ReaderPool } from "./pool.js";

/** Readers that are started when they are first needed; where that fails, again the next time. */
export class LazyReaders {
  /** Null before the start. */
  now: ReaderPool | null = null;
  private starting: Promise<ReaderPool> | null = null;

  constructor(private readonly make: () => ReaderPool) {}

  started(): Promise<ReaderPool> {
    this.starting ??= this.start();
    return this.starting;
  }

  async stop(): Promise<void> {
    await this.now?.stop();
  }

  private async start(): Promise<ReaderPool> {
    const readers = this.make();
    this.now = readers;
    try {
      await readers.start();
      return readers;
    } catch (error) {
      this.starting = null;
      this.now = null;
      await readers.stop();
      throw error;
    }
  }
}
