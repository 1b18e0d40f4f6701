import { randomUUID } from "node:crypto";
import type { ControlOperation, RecordOperation, WriteOperation } from "@heliosdb/engine";
import { type HeliosError, MAIN_BRANCH } from "@heliosdb/port";

export interface TaskEnd {
  resolve(result: unknown): void;
  reject(error: HeliosError): void;
  done(): void;
}

/** One write or control operation from its call to its answer, over as many attempts as it takes. */
export class WriteTask {
  settled = false;
  /** Its deadline has passed while a process had it. */
  expired = false;
  /** Must not share a group: a group that it was in was lost. */
  alone = false;
  /** Processes that ended by themselves while they ran it. */
  deaths = 0;
  readonly operation: WriteOperation | ControlOperation;
  /** The operation as JSON text. */
  readonly body: string;
  /** The branches that it names, as it names them. */
  readonly branches: readonly string[];

  constructor(
    operation: WriteOperation | ControlOperation,
    readonly deadlineMs: number,
    private readonly end: TaskEnd,
  ) {
    this.operation = withRequestId(operation);
    this.body = JSON.stringify(this.operation);
    this.branches = branchesOf(operation);
  }

  /** True where others for the same branch may be committed together with it. */
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

const WRITES: ReadonlySet<string> = new Set(["execute", "insertRows", "updateRows", "deleteRows"]);

export function isWrite(operation: WriteOperation | ControlOperation): operation is WriteOperation {
  return WRITES.has(operation.op);
}

/** Changes to the list of branches alone. */
export function isRecord(operation: WriteOperation | ControlOperation): operation is RecordOperation {
  return !isWrite(operation) && operation.op !== "merge" && operation.op !== "restore";
}

function branchesOf(operation: WriteOperation | ControlOperation): string[] {
  switch (operation.op) {
    case "createBranch":
      return [operation.request.name, operation.request.parent ?? MAIN_BRANCH];
    case "deleteBranch":
      return [operation.branch];
    case "undeleteBranch":
      return [operation.request.id];
    case "setRetention":
    case "changesHead":
      return [];
    case "merge":
      return [operation.request.target, operation.request.source];
    default:
      return [operation.request.branch];
  }
}

/** With a request id, a lost operation can be run again, or asked after, without being done twice. */
function withRequestId<O extends WriteOperation | ControlOperation>(operation: O): O {
  if (isRecord(operation)) return { requestId: given(operation) ?? randomUUID(), ...operation };
  if (operation.request.requestId !== undefined) return operation;
  return { ...operation, request: { ...operation.request, requestId: randomUUID() } };
}

/** The caller's own id, where it gave one. */
function given(operation: RecordOperation): string | undefined {
  return "request" in operation && "requestId" in operation.request ? operation.request.requestId : undefined;
}
