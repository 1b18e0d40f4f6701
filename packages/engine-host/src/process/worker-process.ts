import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { CONFIRMATIONS_FD, FRAMES_FD, LIFELINE_FD, type WorkerArguments } from "./arguments.js";
import { Channel } from "./channel.js";
import type { WorkerKind } from "./events.js";

export interface ProcessLaunch {
  readonly entry: URL;
  readonly memoryMb: number;
  readonly args: WorkerArguments;
  /** Variables of its environment that others must not see, beside those of this process. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Whether it has a socket more, for confirmations, which arrive with its other frames. */
  readonly confirms?: boolean;
  /** How far others come first on a busy machine, from 0, the default, to 19. */
  readonly niceness?: number;
}

export interface WorkerLaunch extends ProcessLaunch {
  readonly kind: WorkerKind;
}

export interface WorkerHandlers<Incoming> {
  ready(): void;
  frame(frame: Incoming): void;
  exit(reason: string, wasReady: boolean): void;
}

/** How long a process may take to close its databases before it is killed. */
const GRACE_MS = 10_000;

/** The parent's side of one child process. Frames arrive only after `onReady`, and none after `onExit`. */
export class WorkerProcess<Incoming> {
  readonly pid: number;
  readonly exited: Promise<void>;
  private readonly child: ChildProcess;
  private readonly channel: Channel | null;
  private ready = false;

  constructor(launch: ProcessLaunch, on: WorkerHandlers<Incoming>) {
    this.child = spawn(
      process.execPath,
      [`--max-old-space-size=${launch.memoryMb}`, fileURLToPath(launch.entry), JSON.stringify(launch.args)],
      {
        stdio: ["ignore", "inherit", "inherit", "pipe", "pipe", ...(launch.confirms ? ["pipe" as const] : [])],
        env: { ...environment(launch.args.tempDir), ...launch.secrets },
      },
    );
    this.pid = this.child.pid ?? -1;
    if (launch.niceness !== undefined && this.child.pid !== undefined) giveWay(this.pid, launch.niceness);
    this.exited = new Promise((resolve) => {
      let failure: string | null = null;
      const finish = (reason: string) => {
        on.exit(failure ?? reason, this.ready);
        resolve();
      };
      this.child.on("error", (error) => {
        failure = error.message;
        // Without sockets, for example when file descriptors run out, there is no "close" event either.
        if (!this.child.stdio) finish(failure);
      });
      // "close" comes after the last frame has been read, "exit" may not.
      this.child.on("close", (code, signal) => finish(signal ?? `exit code ${code}`));
    });
    const sockets = (this.child.stdio ?? []) as readonly (Socket | null)[];
    const frames = sockets[FRAMES_FD];
    this.channel = frames ? new Channel(frames, true, (frame) => this.receive(frame as Incoming, on)) : null;
    const confirmations = sockets[CONFIRMATIONS_FD];
    if (confirmations) new Channel(confirmations, false, (frame) => on.frame(frame as Incoming));
    // Nothing is ever sent on it, but it must flow for its end to be noticed.
    sockets[LIFELINE_FD]?.on("error", () => {}).resume();
  }

  /** False from its end on, which is known before its last frames have been read. */
  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  send(frame: unknown): void {
    this.channel?.send(frame);
  }

  sendText(text: string): void {
    this.channel?.sendText(text);
  }

  /** Sends at once the frames that this turn has gathered. */
  flush(): void {
    this.channel?.flush();
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }

  /** Lets the process close its databases. */
  async end(): Promise<void> {
    this.channel?.end();
    const timer = setTimeout(() => this.kill(), GRACE_MS);
    await this.exited;
    clearTimeout(timer);
  }

  /** The first frame only says that the process is ready. */
  private receive(frame: Incoming, on: WorkerHandlers<Incoming>): void {
    if (this.ready) on.frame(frame);
    else {
      this.ready = true;
      on.ready();
    }
  }
}

function giveWay(pid: number, niceness: number): void {
  try {
    setPriority(pid, niceness);
  } catch {
    // It has ended, or the system has no priorities: then it runs as the others do.
  }
}

/** Secrets of the server do not belong in a process that runs user SQL. */
function environment(tempDir: string): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("HELIOSDB_") && name !== "NODE_OPTIONS",
  );
  // One thread does nearly all of a worker's work: heaps of glibc for the others would only take memory.
  return { MALLOC_ARENA_MAX: "1", ...Object.fromEntries(others), SQLITE_TMPDIR: tempDir };
}
