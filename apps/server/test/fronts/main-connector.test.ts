import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { mainConnector } from "../../dist/front/main-connector.js";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "heliosdb-connector-"));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "s");
}

/** Connects, all in one turn. */
function connected(path: string, count: number): Promise<string[]> {
  const connect = mainConnector(path);
  const outcome = () =>
    new Promise<string>((resolve) => {
      connect({ hostname: "main", host: "main", protocol: "http:", port: "" }, (error, socket) => {
        if (socket) undo.push(() => (socket as Socket).destroy());
        resolve(error ? String((error as NodeJS.ErrnoException).code) : "connected");
      });
    });
  return Promise.all(Array.from({ length: count }, outcome));
}

it("connects more at once than main can accept at once", async () => {
  const path = socketPath();
  const server = createServer().listen({ path, backlog: 1 });
  await once(server, "listening");
  undo.push(() => server.close());
  expect(await connected(path, 50)).toEqual(Array(50).fill("connected"));
});

it("says so at once where nobody listens", async () => {
  expect(await connected(socketPath(), 2)).toEqual(["ENOENT", "ENOENT"]);
});
