import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "./client.js";
import type { Outcomes } from "./outcomes.js";

const WRITERS = 4;
/** A write may be under way, or nobody may be there to do it: then it is sent again. */
const AGAIN: readonly number[] = [408, 409, 503];
const PATIENCE_MS = 180_000;

/**
 * Clients that write rows, each with a name of its own, and one that reads. Half of the writers send a row with a key, again
 * until it is acknowledged. The others have no key, so they send each row once, whatever becomes of it.
 */
export class Load {
  readonly acknowledged: string[] = [];
  readonly seen = new Set<string>();
  readonly wrong: string[] = [];
  /** When the newest request was sent that a row was acknowledged for. */
  private newest = 0;
  private isOver = false;
  private readonly client: Client;
  private readonly running: Promise<unknown>;

  constructor(
    nodes: () => readonly { readonly name: string; readonly url: string }[],
    private readonly outcomes: Outcomes,
  ) {
    this.client = new Client(nodes, outcomes);
    const writers = Array.from({ length: WRITERS }, (_, i) => this.write(i));
    this.running = Promise.all([...writers, this.read()]);
  }

  /** Resolves when a row was acknowledged for a request that was sent after this time of `performance.now`. */
  async acknowledges(after: number): Promise<void> {
    await this.until(() => this.newest > after);
  }

  /** Resolves when rows have been acknowledged, and rows have been seen, from now on. */
  async goesOn(rows = 40): Promise<void> {
    const [told, seen] = [this.acknowledged.length + rows, this.seen.size + rows];
    await this.until(() => this.acknowledged.length >= told && this.seen.size >= seen);
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.running;
  }

  private async until(isTrue: () => boolean): Promise<void> {
    for (const end = Date.now() + PATIENCE_MS; !isTrue(); await sleep(10)) {
      if (Date.now() > end) throw new Error(`nothing is served: ${this.outcomes}`);
    }
  }

  private async write(writer: number): Promise<void> {
    for (let n = 0; !this.isOver; n++) {
      const key = writer % 2 === 0 ? randomUUID() : undefined;
      while (!(await this.isDone(`${writer}-${n}`, key)) && !this.isOver);
    }
  }

  /** Sends a row; whether nothing is to be sent again. */
  private async isDone(name: string, key: string | undefined): Promise<boolean> {
    const sentAt = performance.now();
    const sql = "INSERT INTO items (name) VALUES ($1)";
    const answer = await this.client.send("execute", { sql, params: [name] }, key);
    if (answer?.status === 200) {
      this.newest = Math.max(this.newest, sentAt);
      this.acknowledged.push(name);
      return true;
    }
    if (answer !== null && !AGAIN.includes(answer.status)) {
      this.wrong.push(`${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return true;
    }
    // The name of a row without a key comes no more; who is refused waits a little.
    await sleep(50);
    return key === undefined;
  }

  private async read(): Promise<void> {
    for (let last = 0; !this.isOver; await sleep(10)) {
      const sql = `SELECT id, name FROM items WHERE id > ${last} ORDER BY id LIMIT 500`;
      const answer = await this.client.send("query", { sql });
      if (answer?.status !== 200) continue;
      for (const { id, name } of answer.body.rows as { id: number; name: string }[]) {
        this.seen.add(name);
        last = id;
      }
    }
  }
}
