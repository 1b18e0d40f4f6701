import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NO_BRANCHES, refusal, ScriptedServer } from "./support/scripted-server.js";

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start();
});
afterEach(() => server.stop());

const EXPIRED = refusal(401, "UNAUTHORIZED");
const sent = () => server.seen.map(({ headers }) => headers.authorization);

/** Gives t1, t2 and so on. */
function counted() {
  let count = 0;
  return { token: async () => `t${++count}`, asked: () => count };
}

describe("a token that a function gives", () => {
  it("is asked for once, and again when the server refuses it", async () => {
    const { token, asked } = counted();
    server.answers(NO_BRANCHES, EXPIRED, NO_BRANCHES);
    const client = server.client({ token, retry: { attempts: 1 } });
    expect(asked()).toBe(0);
    await client.branches.list();
    await client.branches.list();
    await client.branches.list();
    expect(sent()).toEqual(["Bearer t1", "Bearer t1", "Bearer t2", "Bearer t2"]);
  });

  it("is renewed for a change too, which the server has not begun", async () => {
    const { token } = counted();
    const events: unknown[] = [];
    const hooks = {
      request: () => void events.push("request"),
      retry: ({ code, delayMs }: { code: string; delayMs: number }) => void events.push([code, delayMs]),
      response: () => void events.push("response"),
    };
    server.answers(EXPIRED, { body: { updated: 1, message: "", scn: 2 } });
    const client = server.client({ token, hooks });
    await client.data.update("main", "t", { filter: "true", values: { a: 1 } });
    expect(sent()).toEqual(["Bearer t1", "Bearer t2"]);
    expect(events).toEqual(["request", ["UNAUTHORIZED", 0], "request", "response"]);
  });

  it("is renewed once for calls that are refused together, and once for each call", async () => {
    const { token, asked } = counted();
    server.answers(EXPIRED, EXPIRED, EXPIRED, NO_BRANCHES);
    const client = server.client({ token });
    await Promise.all([1, 2, 3].map(() => client.branches.list()));
    expect(asked()).toBe(2);
    server.answers(EXPIRED);
    await expect(client.branches.list()).rejects.toMatchObject({ status: 401 });
    expect(asked()).toBe(3);
  });

  it("is asked for again after the function failed, whose error is the call's", async () => {
    const tokens = [new Error("no token today"), "", "t3"];
    const token = () => {
      const next = tokens.shift();
      if (next instanceof Error) throw next;
      return next!;
    };
    server.answers(NO_BRANCHES);
    const client = server.client({ token });
    await expect(client.branches.list()).rejects.toThrow("no token today");
    await expect(client.branches.list()).rejects.toThrow("The function that gives the token gave none");
    expect(server.seen).toEqual([]);
    await client.branches.list();
    expect(sent()).toEqual(["Bearer t3"]);
  });

  it("that never changes is sent as it is, and refused for good", async () => {
    server.answers(EXPIRED);
    await expect(server.client({ token: "jwt" }).branches.list()).rejects.toMatchObject({ status: 401 });
    expect(sent()).toEqual(["Bearer jwt"]);
  });
});
