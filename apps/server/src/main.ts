#!/usr/bin/env node
import { addonAdvice } from "./addon-advice.js";
import { checkDataFolder } from "./backups/check.js";
import { cellFlags, folderToCheck, parseFlags, tenantMove } from "./config/command.js";
import { EMBEDDED_HOSTS } from "./embedding/embedded-hosts.js";
import { ConfigError, loadConfig } from "./index.js";
import { startFromConfig } from "./start.js";

const FAILED: { readonly [command: string]: string } = {
  check: "The folder could not be checked",
  cell: "The cell could not be looked at",
  tenant: "The tenant was not moved",
};

try {
  const argv = process.argv.slice(2);
  const folder = folderToCheck(argv);
  const ofCell = cellFlags(argv);
  const ofTenant = tenantMove(argv);
  if (ofCell !== null) {
    const config = loadConfig(process.env, ofCell);
    if (config.storeUrls.length === 0)
      throw new ConfigError("HELIOSDB_STORE_URLS says where the cell's store is. Set it.");
    const { showCell } = await import("./cell/status.js");
    const { lines, isWell } = await showCell(config);
    console.log(lines.join("\n"));
    if (!isWell) process.exitCode = 1;
  } else if (ofTenant !== null) {
    const { tenant, target, ...flags } = ofTenant;
    const { storeUrls } = loadConfig(process.env, flags);
    if (storeUrls.length === 0) throw new ConfigError("HELIOSDB_STORE_URLS says where the cells' store is. Set it.");
    const { moveTenant } = await import("./cell/many/move-tenant.js");
    await moveTenant({ storeUrls, tenant, target }, (line) => console.log(line));
  } else if (folder === null) await startFromConfig(loadConfig(process.env, parseFlags(argv)));
  else {
    const { isWhole, lines } = await checkDataFolder(EMBEDDED_HOSTS, folder);
    console.log(lines.join("\n"));
    if (!isWhole) process.exitCode = 1;
  }
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  console.error(
    error instanceof ConfigError
      ? message
      : `${FAILED[process.argv[2] ?? ""] ?? "The server could not start"}: ${addonAdvice(message) ?? message}`,
  );
  process.exitCode = 1;
}
