#!/usr/bin/env node
import { parseFlags } from "./config/command.js";
import { ConfigError, loadConfig } from "./index.js";
import { startFromConfig } from "./start.js";

try {
  const config = loadConfig(process.env, parseFlags(process.argv.slice(2)));
  await startFromConfig(config);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  console.error(error instanceof ConfigError ? message : `The server could not start: ${message}`);
  process.exitCode = 1;
}
