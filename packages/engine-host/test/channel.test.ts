import { closeSync, openSync, readFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { Channel } from "../src/process/channel.js";
import { tempDir } from "./support/host.js";

async function pair(): Promise<[Socket, Socket]> {
  const path = join(tempDir(), "socket");
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
  const near = connect(path);
  const far = await accepted;
  onTestFinished(() => {
    near.destroy();
    far.destroy();
    server.close();
  });
  return [near, far];
}

function descriptorOf(socket: Socket): number {
  return (socket as unknown as { readonly _handle: { readonly fd: number } })._handle.fd;
}

it("carries frames of any size and content, in order, over every kind", async () => {
  const frames = [{ n: 1 }, { text: "a\nb\u2028 ünï 🦉" }, { large: "é".repeat(3_000_000) }, [], null, { n: 2 }];
  for (const kind of ["gathers", "at once", "by descriptor"]) {
    const [near, far] = await pair();
    const fd = kind === "by descriptor" ? descriptorOf(near) : null;
    const got: unknown[] = [];
    const all = new Promise<void>((resolve) => {
      new Channel(far, false, (frame) => {
        if (got.push(frame) === frames.length) resolve();
      });
    });
    const channel = new Channel(near, kind === "gathers", () => {}, fd);
    for (const frame of frames) channel.send(frame);
    await all;
    expect(got).toEqual(frames);
  }
});

it("writes nothing through the descriptor of a closed socket, which another file may have by now", async () => {
  const [near] = await pair();
  const fd = descriptorOf(near);
  const channel = new Channel(near, false, () => {}, fd);
  const closed = new Promise((resolve) => near.once("close", resolve));
  near.on("error", () => {}).destroy();
  await closed;
  const path = join(tempDir(), "file");
  // The system gives the lowest descriptor that is free.
  const opened = [openSync(path, "w")];
  while (opened.at(-1)! < fd) opened.push(openSync(path, "w"));
  expect(opened).toContain(fd);
  channel.send({ n: 1 });
  for (const each of opened) closeSync(each);
  expect(readFileSync(path, "utf8")).toBe("");
});

it("keeps frames in order and whole where the other side takes none for a while", async () => {
  const [near, far] = await pair();
  const got: unknown[] = [];
  const channel = new Channel(near, false, () => {}, descriptorOf(near));
  const frames = Array.from({ length: 2_000 }, (_, n) => ({ n, text: "é".repeat(n % 1_000) }));
  for (const frame of frames) channel.send(frame);
  expect(channel.congested).toBe(true);
  await new Promise<void>((resolve) => {
    new Channel(far, false, (frame) => {
      if (got.push(frame) === frames.length) resolve();
    });
  });
  expect(got).toEqual(frames);
});
