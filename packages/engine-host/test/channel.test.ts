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

it("carries frames of any size and content, in order, over both kinds", async () => {
  const frames = [{ n: 1 }, { text: "a\nb\u2028 ünï 🦉" }, { large: "é".repeat(3_000_000) }, [], null, { n: 2 }];
  for (const gather of [true, false]) {
    const [near, far] = await pair();
    const got: unknown[] = [];
    const all = new Promise<void>((resolve) => {
      new Channel(far, false, (frame) => {
        if (got.push(frame) === frames.length) resolve();
      });
    });
    const channel = new Channel(near, gather, () => {});
    for (const frame of frames) channel.send(frame);
    await all;
    expect(got).toEqual(frames);
  }
});
