import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ArrivingFolder, type Connections, type Move, Moves } from "@heliosdb/cell";
import type { Logger } from "pino";
import type { MovingParts } from "../../embedding/moving-parts.js";
import { Arrival } from "./arrival.js";
import type { CellDirectory } from "./cell-directory.js";
import { Departure } from "./departure.js";
import { movingFacts } from "./moving-facts.js";

const LOOK_MS = 500;
/** Tenants that are copied at once. All else is a matter of moments, in which nobody serves the tenant. */
const COPIES_AT_ONCE = 4;

export interface MoverOptions {
  readonly cell: string;
  readonly epoch: number;
  readonly dataDir: string;
  readonly connections: Connections;
  readonly directory: CellDirectory;
  readonly log: Logger;
}

/** Does this cell's part of all moves, as long as this node serves it. */
export class Mover {
  private readonly moves: Moves;
  private readonly departure: Departure;
  /** By tenant. */
  private readonly arrivals = new Map<string, Arrival>();
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly copying = new Set<string>();
  private readonly stopping = new AbortController();
  private readonly databasesDir: string;
  private readonly facts: string;
  private running: Promise<void> = Promise.resolve();
  private isReached = true;

  constructor(
    private readonly parts: MovingParts,
    private readonly options: MoverOptions,
  ) {
    const { connections, cell, epoch, dataDir } = options;
    this.moves = new Moves(connections, this.stopping.signal);
    this.departure = new Departure(parts, this.moves, { cell, epoch });
    this.databasesDir = join(dataDir, "databases");
    this.facts = movingFacts(parts.fingerprint);
  }

  start(): void {
    ArrivingFolder.clear(this.databasesDir);
    this.running = this.run();
  }

  /** Stops between two steps. */
  async stop(): Promise<void> {
    this.stopping.abort(new Error("the server ends"));
    await this.running;
    await Promise.all(this.underWay.values());
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const moves = await this.moves.of(this.options.cell);
        await this.endLeft(moves);
        this.giveUpOthers(moves);
        for (const move of moves) this.step(move);
        this.isReached = true;
      } catch (error) {
        if (this.isReached && !signal.aborted) this.options.log.warn({ err: error }, "moves can't be looked at");
        this.isReached = false;
      }
      await wait(LOOK_MS, undefined, { signal }).catch(() => {});
    }
  }

  private step(move: Move): void {
    const { tenant, state } = move;
    if (this.underWay.has(tenant)) return;
    const isHere = move.target === this.options.cell;
    const copies = isHere && state === "accepted";
    if (copies && this.copying.size >= COPIES_AT_ONCE) return;
    if (copies) this.copying.add(tenant);
    const work = isHere ? this.arrive(move) : this.depart(move);
    const settled = work
      .catch(async (error) => {
        if (this.stopping.signal.aborted) return;
        this.options.log.warn({ err: error, tenant, state }, "a step of a move failed, and is tried again");
        await wait(LOOK_MS, undefined, { signal: this.stopping.signal }).catch(() => {});
      })
      .finally(() => {
        this.underWay.delete(tenant);
        this.copying.delete(tenant);
      });
    this.underWay.set(tenant, settled);
  }

  private async depart(move: Move): Promise<void> {
    const { tenant: name, state } = move;
    const { cell, log } = this.options;
    const { departure } = this;
    const tenant = await this.parts.tenants.get(name);
    if (tenant === null) {
      // It was deleted, or this cell never had it.
      const isOver = state === "switched" || state === "failed";
      if (!isOver) await this.moves.fail(move, `the cell ${cell} has no tenant '${name}'`);
    } else if (state === "asked") await this.moves.accept(move, tenant.directory, this.facts);
    else if (state === "ready") {
      const isGone = await departure.leave(move, tenant);
      const what = isGone ? "a tenant was moved" : "a tenant stays: its move was given up";
      log.warn({ tenant: name, cell: move.target }, what);
    } else if (state === "switched") {
      if (await this.moves.isSwitched(move)) await departure.forget(tenant);
    } else if (tenant.departing) await departure.stay(tenant);
  }

  private async arrive(move: Move): Promise<void> {
    const { tenant, state, stream } = move;
    if (stream === null || state === "asked" || state === "failed") return;
    const arrival = this.arrivals.get(tenant) ?? this.begin(tenant, stream);
    if (state === "switched") {
      if (!(await arrival.settle(move))) return;
      this.arrivals.delete(tenant);
      this.options.log.warn({ tenant, cell: move.source }, "a tenant has come from another cell");
    } else if (move.facts !== this.facts) {
      await this.moves.fail(move, differences(move.facts, this.facts));
    } else await arrival.copy(move);
  }

  private begin(tenant: string, stream: string): Arrival {
    const arrival = new Arrival(this.parts, this.moves, this.options.connections, this.databasesDir, stream);
    this.arrivals.set(tenant, arrival);
    return arrival;
  }

  /** Folders of tenants that don't come any more. */
  private giveUpOthers(moves: readonly Move[]): void {
    for (const [name, arrival] of this.arrivals) {
      if (this.underWay.has(name) || moves.some(({ tenant, state }) => tenant === name && state !== "failed")) continue;
      arrival.giveUp();
      this.arrivals.delete(name);
    }
  }

  /** Tenants whose moves are over, while this cell was served by nobody or by another node. */
  private async endLeft(moves: readonly Move[]): Promise<void> {
    const { tenants } = this.parts;
    for (const name of tenants.leaving) {
      if (this.underWay.has(name) || moves.some(({ tenant }) => tenant === name)) continue;
      const tenant = await tenants.get(name);
      const owner = await this.options.directory.owner(name);
      if (tenant === null || owner === null) continue;
      if (owner === this.options.cell) await this.departure.stay(tenant);
      else await this.departure.forget(tenant);
    }
  }
}

function differences(theirs: string | null, ours: string): string {
  const [one, other] = [JSON.parse(theirs ?? "{}"), JSON.parse(ours)] as Record<string, string>[];
  if (one!.secrets !== other!.secrets) {
    return (
      "the cells have different secrets, so that tokens and signing secrets would end: give both the same " +
      "HELIOSDB_JWT_SECRET and HELIOSDB_SIGNING_KEY"
    );
  }
  return `the cells run different releases: ${one!.catalog} and ${other!.catalog} are the newest changes of their catalogs`;
}
