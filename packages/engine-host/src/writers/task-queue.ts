import { isWrite, type WriteTask } from "./task.js";

/** Maximum number of operations in one commit, and the approximate limit of their JSON text. */
export const MOST_GROUPED = 256;
export const MOST_TEXT = 4 * 1024 * 1024;

/**
 * The waiting operations of one database. Those that name a common branch stay in order; others may overtake. The
 * oldest that may run is always part of the next group, so none is overtaken forever.
 */
export class TaskQueue {
  private tasks: WriteTask[] = [];

  get size(): number {
    return this.tasks.length;
  }

  push(task: WriteTask): void {
    this.tasks.push(task);
  }

  /** Before all others, in their own order. */
  putBack(tasks: readonly WriteTask[]): void {
    this.tasks.unshift(...tasks);
  }

  find(fits: (task: WriteTask) => boolean): WriteTask | undefined {
    return this.tasks.find(fits);
  }

  remove(task: WriteTask): boolean {
    const at = this.tasks.indexOf(task);
    if (at < 0) return false;
    this.tasks.splice(at, 1);
    return true;
  }

  takeAll(): WriteTask[] {
    const all = this.tasks;
    this.tasks = [];
    return all;
  }

  /** What waited for a transaction to end may be tried again. */
  release(): void {
    for (const task of this.tasks) task.held = false;
  }

  /** Takes the operations to run next: a single one, or several writes to one branch. Empty if all must wait. */
  take(mustWait: (task: WriteTask) => boolean): WriteTask[] {
    const taken: WriteTask[] = [];
    const left: WriteTask[] = [];
    const passedOver = new Set<string>();
    let text = 0;
    for (const [index, task] of this.tasks.entries()) {
      const fits = taken.length === 0 || (canJoin(taken[0]!, task) && text + task.body.length <= MOST_TEXT);
      if (fits && !task.branches.some((branch) => passedOver.has(branch)) && !mustWait(task)) {
        taken.push(task);
        text += task.body.length;
      } else {
        left.push(task);
        for (const branch of task.branches) passedOver.add(branch);
      }
      if (taken.length === MOST_GROUPED || (taken.length === 1 && !taken[0]!.groups)) {
        for (let rest = index + 1; rest < this.tasks.length; rest++) left.push(this.tasks[rest]!);
        break;
      }
    }
    this.tasks = left;
    return taken;
  }
}

function canJoin(first: WriteTask, task: WriteTask): boolean {
  return first.groups && task.groups && isWrite(task.operation) && task.branches[0] === first.branches[0];
}
