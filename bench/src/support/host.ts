import { EngineHost } from "@heliosdb/engine-host";

const MOST_MS = 600_000;

/** Runs `work` with an engine host on a folder, as the server has it. */
export async function withHost<T>(dataDir: string, work: (host: EngineHost) => Promise<T>): Promise<T> {
  const host = await EngineHost.start({
    dataDir,
    defaultDeadlineMs: MOST_MS,
    maxDeadlineMs: MOST_MS,
    maxRows: 2_000_000,
  });
  try {
    return await work(host);
  } finally {
    await host.close();
  }
}
