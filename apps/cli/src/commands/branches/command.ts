import { Command } from "commander";
import { diff } from "./diff.js";
import { download, upload } from "./files.js";
import { density, graph } from "./graph.js";
import { history } from "./history.js";
import { create, get, list, remove, undelete, update } from "./life.js";
import { merge } from "./merge.js";
import { reset, restore } from "./rewind.js";
import { snapshotsCommand } from "./snapshots.js";
import { tree } from "./tree.js";

export function branchesCommand(): Command {
  return new Command("branches")
    .alias("branch")
    .description("Create, inspect, change, compare, merge, restore and delete branches.")
    .addCommand(list())
    .addCommand(tree())
    .addCommand(create())
    .addCommand(get())
    .addCommand(update())
    .addCommand(remove())
    .addCommand(undelete())
    .addCommand(history())
    .addCommand(graph())
    .addCommand(density())
    .addCommand(diff())
    .addCommand(merge())
    .addCommand(restore())
    .addCommand(reset())
    .addCommand(snapshotsCommand())
    .addCommand(download())
    .addCommand(upload());
}
