import { type File, startTests, type Task, type VitestRunner } from "@vitest/runner";

/** How a test ended, for whoever opened the page. */
export interface Ended {
  readonly name: string;
  readonly state: string;
  readonly errors: readonly string[];
}

/** Runs test files, each given by a function that loads it, and leaves the outcomes where the page is asked for them. */
export async function runTests(files: Readonly<Record<string, () => Promise<unknown>>>): Promise<void> {
  const config = {
    ...{ root: "/", name: undefined, setupFiles: [], passWithNoTests: false, testNamePattern: undefined },
    ...{ allowOnly: false, maxConcurrency: 1, testTimeout: 30_000, hookTimeout: 30_000, retry: 0, tags: [] },
    ...{ includeTaskLocation: false, chaiConfig: undefined, tagsFilter: undefined, strictTags: false },
    sequence: { seed: 1, hooks: "stack", setupFiles: "list" },
  } as const;
  const runner = {
    config,
    importFile: (path: string) => files[path]!(),
    viteEnvironment: "browser",
  } as unknown as VitestRunner;
  const done: File[] = await startTests(Object.keys(files), runner);
  (globalThis as { outcomes?: readonly Ended[] }).outcomes = done.flatMap((file) => endedOf(file, file.name));
}

function endedOf(task: Task, name: string): Ended[] {
  const errors = (task.result?.errors ?? []).map(({ stack, message }) => stack ?? message);
  if (task.type === "test") return [{ name, state: task.result?.state ?? task.mode, errors }];
  const own = errors.length > 0 ? [{ name, state: "fail", errors }] : [];
  return [...own, ...task.tasks.flatMap((each) => endedOf(each, `${name} > ${each.name}`))];
}
