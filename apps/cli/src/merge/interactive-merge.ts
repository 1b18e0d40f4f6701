import { createInterface } from "node:readline/promises";
import type { HeliosDBClient, MergeBranch, MergeResolution, MergeResult } from "@heliosdb/client";
import { Cancelled, UsageError } from "../errors/exit-codes.js";
import { note } from "../output/writer.js";
import { askAboutAll } from "./resolver.js";

/**
 * Asks about every conflict of a merge, then merges. The merge fails if the target has moved since the conflicts were
 * shown: the answers were about another state.
 */
export async function mergeInteractively(
  client: HeliosDBClient,
  source: string,
  request: MergeBranch,
): Promise<MergeResult> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError("--interactive needs a terminal. Give resolutions by --resolve, or choose a --strategy.");
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C or Ctrl-D at a question gives up.
  const closed = new Promise<never>((_resolve, reject) => terminal.once("close", () => reject(new Cancelled())));
  closed.catch(() => {});
  const asked = (async () => {
    const resolutions: MergeResolution[] = [...(request.resolutions ?? [])];
    for (;;) {
      const attempt = { ...request, conflictResolution: "manual" as const, resolutions };
      const found = await client.branches.merge(source, { ...attempt, idempotencyKey: undefined, dryRun: true });
      const open = found.conflicts.filter(({ resolution }) => resolution === null);
      if (open.length === 0) {
        const { mergedKeys, scn } = found;
        note(`\n${resolutions.length} resolutions; ${mergedKeys} changes without a conflict.`);
        const answer = await terminal.question(`Merge ${source} into ${request.targetBranch} now? [y/N] `);
        if (!/^y(es)?$/i.test(answer.trim())) throw new Cancelled();
        return { ...attempt, ifTargetScn: request.ifTargetScn ?? scn };
      }
      resolutions.push(...(await askAboutAll(terminal, open, { source, target: request.targetBranch })));
    }
  })();
  try {
    return await client.branches.merge(source, await Promise.race([asked, closed]));
  } finally {
    terminal.close();
  }
}
