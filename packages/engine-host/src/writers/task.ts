import { randomUUID } from "node:crypto";
import { type ControlOperation, ENGINE_OPERATIONS, type WriteOperation } from "@heliosdb/engine";
import { type AnyOperation, type HeliosError, writeExactJson } from "@heliosdb/port";

export interface TaskEnd {
  resolve(result: unknown): void;
  reject(error: HeliosError): void;
  done(): void;
}

/** One write or control operation from its call to its result, over as many attempts as it takes. */
export class WriteTask {
  settled = false;
  /** It was to be stopped while a process was running it: what is said of it if it had no effect. */
  stopped: HeliosError | null = null;
  /** It must not share a group, because a group that it was in was lost. */
  alone = false;
  /** The writer has answered, and what it has answered is not safe yet. */
  isAnswered = false;
  /** A transaction is open in a file that it needs: it waits until one has ended. */
  held = false;
  /** Number of processes that ended by themselves while they ran it. */
  deaths = 0;
  readonly operation: WriteOperation | ControlOperation;
  /** The operation as a text of exact JSON. */
  readonly body: string;
  /** The branches, as the operation names them; the one that it writes comes first. */
  readonly branches: readonly string[];

  constructor(
    operation: WriteOperation | ControlOperation,
    readonly deadlineMs: number,
    private readonly end: TaskEnd,
  ) {
    this.operation = withRequestId(operation);
    this.body = writeExactJson(this.operation);
    this.branches = branchesOf(operation);
  }

  /** True if other operations on the same branch may be committed together with it. */
  get groups(): boolean {
    return !this.alone && isWrite(this.operation);
  }

  resolve(result: unknown): void {
    if (this.finish()) this.end.resolve(result);
  }

  reject(error: HeliosError): void {
    if (this.finish()) this.end.reject(error);
  }

  private finish(): boolean {
    if (this.settled) return false;
    this.settled = true;
    this.end.done();
    return true;
  }
}

export function isWrite(operation: WriteOperation | ControlOperation): operation is WriteOperation {
  return ENGINE_OPERATIONS[operation.op].kind === "write";
}

function branchesOf({ op, request }: WriteOperation | ControlOperation): readonly string[] {
  const { branches, newNames }: AnyOperation = ENGINE_OPERATIONS[op];
  return newNames ? [...branches(request), ...newNames(request)] : branches(request);
}

/** With a request id, a lost operation can be run again, or its outcome looked up, without doing it twice. */
function withRequestId<O extends WriteOperation | ControlOperation>(operation: O): O {
  if (operation.request.requestId !== undefined) return operation;
  return { ...operation, request: { ...operation.request, requestId: randomUUID() } };
}
