import type { Confirmation, StillWaiting } from "../log/messages.js";
import type { HostEvent } from "../process/events.js";
import { coreMs } from "../process/scheduler-wait.js";
import type { WorkerLaunch } from "../process/worker-process.js";
import { WorkerSlot } from "../process/worker-slot.js";
import type { Command } from "./command.js";
import type { WriterResponse } from "./protocol.js";

/** A database, as its writer slot sees it. */
export interface CommandSource {
  /** The next command to run, or null if there is none now. */
  next(): Command | null;
  /** The process is gone, with everything that was open in it. */
  processLost(): void;
  /** Whether it waits for its turn. */
  readonly isWaiting: boolean;
  /** Whether something would be lost with the process. */
  readonly hasOpen: boolean;
  /** Its command keeps others waiting: it may go elsewhere. */
  makeWay(): void;
}

/** What a command has had of a core since it was first looked at. */
interface FirstLook {
  readonly command: Command;
  readonly coreMs: number | null;
  readonly at: number;
}

const LOOK_EVERY_MS = 250;
/** A command that has had a core for so long may be ended for others. */
const LONG_MS = 1000;

/** A slot for a writer process. Its databases take turns; it runs one command at a time. */
export class WriterSlot {
  readonly slot: WorkerSlot<WriterResponse | Confirmation | StillWaiting>;
  /** Bytes that wait in the logs of its databases. */
  waitingBytes = 0;
  private readonly sources = new Set<CommandSource>();
  /** Sources that may have a command. */
  private readonly awake = new Set<CommandSource>();
  private current: Command | null = null;
  private currentSource: CommandSource | null = null;
  private firstLook: FirstLook | null = null;
  private watch: NodeJS.Timeout | undefined;
  private limit: NodeJS.Timeout | undefined;
  private lastId = 0;
  private scheduled = false;

  constructor(
    launch: WorkerLaunch,
    private readonly event: (event: HostEvent) => void,
    private readonly grown: (database: string | null, files: readonly string[]) => void,
    private readonly confirmed: (slot: WriterSlot, confirmation: Confirmation) => void,
  ) {
    this.slot = new WorkerSlot(launch, {
      ready: () => this.run(),
      frame: (frame) => this.heard(frame),
      lost: (killed) => this.lost(killed),
      event,
    });
  }

  /** Number of databases. */
  get size(): number {
    return this.sources.size;
  }

  add(source: CommandSource): void {
    this.sources.add(source);
    if (this.sources.size > 1) this.watch ??= setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  delete(source: CommandSource): void {
    this.sources.delete(source);
    this.awake.delete(source);
  }

  /** A source has work. Everything that arrives in one turn of the event loop is taken together. */
  wake(source: CommandSource): void {
    this.awake.add(source);
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.run();
    });
  }

  /** False if the process is already being ended. */
  kill(reason: string): boolean {
    return this.slot.kill(reason);
  }

  private run(): void {
    if (this.current !== null || !this.slot.ready) return;
    for (const source of this.awake) {
      this.awake.delete(source);
      const command = source.next();
      if (command === null) continue;
      this.awake.add(source);
      this.current = command;
      this.currentSource = source;
      if (command.limitMs !== null) {
        this.limit = setTimeout(() => this.kill("a command took too long"), command.limitMs);
      }
      this.slot.sendText(`{"id":${++this.lastId},${command.body}`);
      this.slot.flush();
      return;
    }
  }

  /**
   * Has a command make way that keeps other databases waiting. Its time is that with a core, where the system tells: on a
   * busy machine, or with a slow disk, a short one may take long.
   */
  private look(): void {
    const { current, currentSource, firstLook } = this;
    if (this.sources.size < 2) {
      clearInterval(this.watch);
      this.watch = undefined;
    }
    if (current === null || !this.slot.ready) return;
    const now = { command: current, coreMs: coreMs(this.slot.pid), at: performance.now() };
    if (firstLook?.command !== current) {
      this.firstLook = now;
      return;
    }
    const ran =
      now.coreMs === null || firstLook.coreMs === null ? now.at - firstLook.at : now.coreMs - firstLook.coreMs;
    if (ran < LONG_MS) return;
    const sources = [...this.sources];
    const waits = sources.some((source) => source !== currentSource && source.isWaiting);
    if (waits && !sources.some(({ hasOpen }) => hasOpen)) currentSource!.makeWay();
  }

  private heard(frame: WriterResponse | Confirmation | StillWaiting): void {
    if ("id" in frame) this.received(frame);
    else {
      this.waitingBytes = frame.waiting;
      if ("confirmed" in frame) this.confirmed(this, frame);
    }
  }

  private received(response: WriterResponse): void {
    const command = this.current!;
    if (response.id !== this.lastId)
      throw new Error(`a writer responded to command ${response.id}, not ${this.lastId}`);
    clearTimeout(this.limit);
    this.current = null;
    if ("detail" in response && response.detail !== undefined) {
      this.event({ kind: "internal_error", worker: "writer", detail: response.detail });
    }
    for (const detail of response.notes ?? []) this.event({ kind: "recovery", database: command.database, detail });
    if (response.grown) this.grown(command.database, response.grown);
    command.received(response);
    this.run();
  }

  private lost(killed: boolean): void {
    clearTimeout(this.limit);
    const command = this.current;
    this.current = null;
    this.waitingBytes = 0;
    // It may have written large commits that it did not tell of.
    this.grown(null, []);
    command?.lost(killed);
    for (const source of this.sources) source.processLost();
  }
}
