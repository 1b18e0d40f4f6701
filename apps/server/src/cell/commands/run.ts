import type { CellTask } from "../../config/cell-command.js";
import type { Config } from "../../config/options.js";
import { showCell } from "../status.js";
import { exportTo } from "./export.js";
import { importFrom } from "./import.js";
import type { CommandResult } from "./result.js";
import { leaveToStandby } from "./step-down.js";
import { verify } from "./verify.js";

export const FAILED: { readonly [T in CellTask["do"]]: string } = {
  status: "The cell could not be looked at",
  export: "The cell could not be exported",
  import: "The folder could not be imported",
  verify: "The cell could not be verified",
  "step-down": "The active node could not be replaced",
};

/**
 * Runs a command on a cell.
 * @param stop ends it in order: what it has made is removed
 */
export function runOnCell(task: CellTask, config: Config, stop: Promise<void>): Promise<CommandResult> {
  if (task.do === "status") return showCell(config);
  const stopping = new AbortController();
  void stop.then(() => stopping.abort(new Error("it was stopped")));
  const { signal } = stopping;
  switch (task.do) {
    case "export":
      return exportTo(task.folder, task.at, config, signal);
    case "import":
      return importFrom(task.folder, config, signal);
    case "verify":
      return verify(task.in, task.standby, config, signal);
    case "step-down":
      return leaveToStandby(config, signal);
  }
}
