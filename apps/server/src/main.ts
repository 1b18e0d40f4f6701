#!/usr/bin/env node
import { addonAdvice } from "./addon-advice.js";
import { checkDataFolder } from "./backups/check.js";
import { cellCommand } from "./config/cell-command.js";
import { folderToCheck, parseFlags } from "./config/command.js";
import { tenantCommand } from "./config/tenant-command.js";
import { EMBEDDED_HOSTS } from "./embedding/embedded-hosts.js";
import { type Config, ConfigError, loadConfig } from "./index.js";
import { startFromConfig } from "./start.js";
import { stopSignal } from "./stop-signal.js";

let failed = "The server could not start";

try {
  const argv = process.argv.slice(2);
  const folder = folderToCheck(argv);
  const ofCell = cellCommand(argv);
  const ofTenant = tenantCommand(argv);
  if (ofCell !== null) {
    const config = withStore(ofCell.flags);
    const { FAILED, runOnCell } = await import("./cell/commands/run.js");
    failed = FAILED[ofCell.task.do];
    const { lines, isWell } = await runOnCell(ofCell.task, config, stopSignal());
    console.log(lines.join("\n"));
    if (!isWell) process.exitCode = 1;
  } else if (ofTenant !== null) {
    const { tenant, target, flags } = ofTenant;
    const { storeUrls } = withStore(flags);
    failed = "The tenant was not moved";
    const { moveTenant } = await import("./cell/many/move-tenant.js");
    await moveTenant({ storeUrls, tenant, target }, (line) => console.log(line));
  } else if (folder === null) await startFromConfig(loadConfig(process.env, parseFlags(argv)));
  else {
    failed = "The folder could not be checked";
    const { isWhole, lines } = await checkDataFolder(EMBEDDED_HOSTS, folder);
    console.log(lines.join("\n"));
    if (!isWhole) process.exitCode = 1;
  }
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  console.error(error instanceof ConfigError ? message : `${failed}: ${addonAdvice(message) ?? message}`);
  process.exitCode = 1;
}

function withStore(flags: Parameters<typeof loadConfig>[1]): Config {
  const config = loadConfig(process.env, flags);
  if (config.storeUrls.length === 0)
    throw new ConfigError("HELIOSDB_STORE_URLS says where the cell's store is. Set it.");
  return config;
}
