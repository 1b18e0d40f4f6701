import { Command } from "commander";
import { treeLines } from "../../output/branch-tree.js";
import { withSession } from "../../session/session.js";
import { watched, watchOption } from "../../session/watch.js";
import { SHORT } from "./fields.js";

export function tree(): Command {
  return new Command("tree")
    .description("Draw the branches below the parents that they were forked from.")
    .addOption(watchOption())
    .action((_options: unknown, command: Command) =>
      withSession(command, null, ({ client, writer }) =>
        watched(command, async () => {
          const { branches } = await client.branches.list();
          writer.lines(branches, treeLines(branches), branches, SHORT);
        }),
      ),
    );
}
