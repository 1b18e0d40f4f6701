import { resolve } from "node:path";
import { EngineHost } from "@heliosdb/engine-host";
import { connectToPrimary } from "../../../../packages/store/dist/index.js";

// Gives a server in a process of its own a cell in the tests' store, as with-store.ts does for those in the tests'.
const ports = process.env.TEST_STORE_PORTS.split(",");
const urls = ports.map((port) => `postgres://postgres@127.0.0.1:${port}/postgres`);
const start = EngineHost.start.bind(EngineHost);

EngineHost.start = async (options) => {
  const cell = resolve(options.dataDir);
  const client = await connectToPrimary(urls);
  await client.query("INSERT INTO helios.cell VALUES ($1, 1) ON CONFLICT DO NOTHING", [cell]);
  await client.end();
  return start({ ...options, store: { urls, cell, epoch: 1 } });
};
