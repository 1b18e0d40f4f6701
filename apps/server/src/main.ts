#!/usr/bin/env node
import { addonAdvice } from "./addon-advice.js";
import { checkDataFolder } from "./backups/check.js";
import { folderToCheck, parseFlags } from "./config/command.js";
import { EMBEDDED_HOSTS } from "./embedding/embedded-hosts.js";
import { ConfigError, loadConfig } from "./index.js";
import { startFromConfig } from "./start.js";

try {
  const argv = process.argv.slice(2);
  const folder = folderToCheck(argv);
  if (folder === null) await startFromConfig(loadConfig(process.env, parseFlags(argv)));
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
      : `${process.argv[2] === "check" ? "The folder could not be checked" : "The server could not start"}: ${addonAdvice(message) ?? message}`,
  );
  process.exitCode = 1;
}
