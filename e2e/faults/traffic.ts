import { setTimeout as sleep } from "node:timers/promises";
import type { ServerProcess } from "../support/server.js";
import { Connection, type Reply } from "./connection.js";
import { figures, percentile, randomFrom } from "./times.js";

/** Numbers of one writer that are checked and deleted together. */
const KEPT = 400;
const BRANCHES = ["main", "side"] as const;

/** What one writer was told. It writes 1, 2, 3 and so on, each in one commit of three statements. */
interface Told {
  readonly branch: string;
  /** The newest number that was sent. */
  sent: number;
  /** The newest that was acknowledged. */
  acknowledged: number;
  /** Those whose outcome nobody told, or that were refused. */
  readonly unknown: Set<number>;
  readonly refused: Set<number>;
  /** All up to this one have been checked, and were to be deleted. */
  checked: number;
}

export interface TrafficOptions {
  readonly writers: number;
  readonly readers: number;
  readonly seed?: number;
}

/**
 * Clients that write and read all the time. Each write is two rows and the newest number of its writer, in one commit.
 * A read must see at least what had been acknowledged, to whomever, when it was sent. After a cut connection some writes
 * are sent again with the same key, to learn their outcome.
 */
export class Traffic {
  /** What must not happen, in words. */
  readonly problems: string[] = [];
  readonly counts = { writes: 0, reads: 0, cut: 0, repeated: 0, refused: 0 };
  newestScn = 0;
  private readonly told: Told[];
  /** Requests of each client that are over. */
  private readonly over: number[];
  private readonly connections = new Set<Connection>();
  private readonly latencies: number[] = [];
  private readonly random: () => number;
  private running: Promise<unknown> = Promise.resolve();
  private isStopped = true;

  constructor(private readonly options: TrafficOptions) {
    this.random = randomFrom(options.seed ?? 1);
    this.over = Array<number>(options.writers + options.readers).fill(0);
    this.told = Array.from({ length: options.writers }, (_, writer) => ({
      branch: BRANCHES[writer % BRANCHES.length]!,
      ...{ sent: 0, acknowledged: 0, unknown: new Set<number>(), refused: new Set<number>(), checked: 0 },
    }));
  }

  /** Makes the tables and the branch. */
  async prepare({ url }: ServerProcess): Promise<void> {
    const connection = new Connection(url);
    const must = async (reply: Promise<Reply>) => {
      const { status, body } = await reply;
      if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
    };
    const rows = "CREATE TABLE log (w INTEGER, n INTEGER, half INTEGER, PRIMARY KEY (w, n, half)) WITHOUT ROWID";
    await must(connection.execute("main", rows));
    await must(connection.execute("main", "CREATE TABLE newest (w INTEGER PRIMARY KEY, n INTEGER NOT NULL)"));
    for (let w = 0; w < this.told.length; w++)
      await must(connection.execute("main", "INSERT INTO newest VALUES ($1, 0)", [w]));
    await must(connection.send("POST", "/v1/branches", { name: "side" }));
    connection.cut();
  }

  start(url: string): void {
    this.isStopped = false;
    const writing = this.told.map((told, writer) => this.write(url, told, writer));
    const reading = Array.from({ length: this.options.readers }, (_, reader) => this.read(url, reader));
    this.running = Promise.all([...writing, ...reading]);
  }

  /** No request is sent from now on. To be called in the same turn as whatever cuts connections for good. */
  stop(): void {
    this.isStopped = true;
  }

  async ended(): Promise<void> {
    this.stop();
    await this.running;
    for (const connection of this.connections) connection.cut();
    this.connections.clear();
  }

  /** Resolves once all requests that are under way now are over, and each client has had one more response. */
  async settled(): Promise<void> {
    const before = [...this.over];
    while (!this.isStopped && this.over.some((count, client) => count < before[client]! + 2)) await sleep(5);
  }

  /** Cuts a connection, as a client does that is killed. */
  cutOne(): void {
    const all = [...this.connections];
    all[Math.floor(this.random() * all.length)]?.cut();
  }

  /** Checks all that is there against all that was told. */
  async check(url: string): Promise<void> {
    const connection = new Connection(url);
    for (const writer of this.told.keys()) await this.checkOne(connection, writer);
    connection.cut();
  }

  report(of: string, more: Readonly<Record<string, string | number>> = {}): void {
    const sorted = [...this.latencies].sort((a, b) => a - b);
    const ms = (part: number) => `${percentile(sorted, part).toFixed(1)} ms`;
    const latency = { "reads p50": ms(0.5), p99: ms(0.99), longest: ms(1) };
    figures(of, { ...more, ...this.counts, ...latency, problems: this.problems.length });
  }

  private async write(url: string, told: Told, writer: number): Promise<void> {
    const connection = this.open(url);
    while (!this.isStopped) {
      if (told.sent - told.checked >= KEPT) await this.checkOne(connection, writer, true);
      await this.writeOne(connection, told, writer, ++told.sent);
      this.over[writer]!++;
    }
  }

  private async writeOne(connection: Connection, told: Told, writer: number, n: number): Promise<void> {
    const params = [writer, n];
    const statements = [
      { sql: "INSERT INTO log VALUES ($1, $2, 1)", params },
      { sql: "INSERT INTO log VALUES ($1, $2, 2)", params },
      // One whose outcome is unknown may be committed after the next.
      { sql: "UPDATE newest SET n = max(n, $2) WHERE w = $1", params },
    ];
    const isRepeated = n % 2 === 0;
    const headers: Record<string, string> = isRepeated ? { "idempotency-key": `w${writer}n${n}` } : {};
    for (;;) {
      let reply: Reply;
      try {
        reply = await connection.send("POST", `/v1/branches/${told.branch}/batch`, { statements }, headers);
      } catch {
        this.counts.cut++;
        if (isRepeated && !this.isStopped) {
          this.counts.repeated++;
          await sleep(5);
          continue;
        }
        told.unknown.add(n);
        return;
      }
      const { status, body } = reply;
      if (status === 200) {
        told.acknowledged = n;
        this.newestScn = Math.max(this.newestScn, body.scn);
        this.counts.writes++;
        return;
      }
      // The first attempt is still under way.
      if (status === 409 && body.code === "IDEMPOTENCY_IN_PROGRESS" && isRepeated) {
        await sleep(20);
        continue;
      }
      this.counts.refused++;
      told.refused.add(n);
      this.problem(`write ${n} of ${writer}: ${status} ${JSON.stringify(body)}`);
      return;
    }
  }

  private async read(url: string, reader: number): Promise<void> {
    const connection = this.open(url);
    while (!this.isStopped) {
      const writer = Math.floor(this.random() * this.told.length);
      const told = this.told[writer]!;
      const { acknowledged } = told;
      const sql = "SELECT n FROM newest WHERE w = $1";
      const from = performance.now();
      try {
        const { status, body } = await connection.query(told.branch, sql, [writer]);
        this.latencies[this.counts.reads++ % 100_000] = performance.now() - from;
        if (status !== 200) this.problem(`read: ${status} ${JSON.stringify(body)}`);
        else if (!(body.rows[0].n >= acknowledged && body.rows[0].n <= told.sent)) {
          this.problem(`read of ${writer}: ${body.rows[0].n}, though ${acknowledged} was acknowledged of ${told.sent}`);
        }
      } catch {
        this.counts.cut++;
        await sleep(5);
      }
      this.over[this.options.writers + reader]!++;
    }
  }

  /** @param deletes whether what was checked is deleted, so that the tables stay small */
  private async checkOne(connection: Connection, writer: number, deletes = false): Promise<void> {
    const told = this.told[writer]!;
    const { branch, checked, sent } = told;
    const range = [writer, checked, sent];
    try {
      const sql = "SELECT n, count(*) AS halves FROM log WHERE w = $1 AND n > $2 AND n <= $3 GROUP BY n ORDER BY n";
      const { status, body } = await connection.query(branch, sql, range);
      if (status !== 200) return this.problem(`check of ${writer}: ${status} ${JSON.stringify(body)}`);
      const halves = new Map<number, number>(
        body.rows.map((row: { n: number; halves: number }) => [row.n, row.halves]),
      );
      for (let n = checked + 1; n <= sent; n++) {
        const found = halves.get(n) ?? 0;
        if (found === 1) this.problem(`half of write ${n} of ${writer} is there`);
        else if (found === 0 && !told.unknown.has(n) && !told.refused.has(n))
          this.problem(`write ${n} of ${writer} was acknowledged and is lost`);
        else if (found === 2 && told.refused.has(n)) this.problem(`write ${n} of ${writer} was refused and is there`);
      }
      if (!deletes) return;
      // Before they are deleted: where the connection is cut, nobody knows whether they are there.
      told.checked = sent;
      told.unknown.clear();
      told.refused.clear();
      const gone = await connection.execute(branch, "DELETE FROM log WHERE w = $1 AND n <= $2", [writer, sent]);
      if (gone.status !== 200) this.problem(`deletion: ${gone.status} ${JSON.stringify(gone.body)}`);
    } catch {
      // The connection was cut: another time.
    }
  }

  private open(url: string): Connection {
    const connection = new Connection(url);
    this.connections.add(connection);
    return connection;
  }

  private problem(words: string): void {
    if (this.problems.length < 20) this.problems.push(words);
  }
}
