import { afterAll, beforeAll, expect, it } from "vitest";
import { Helios } from "../../support/helios.js";
import { execute } from "../../support/http.js";
import { Receiver } from "../../support/receiver.js";
import { ServerProcess } from "../../support/server.js";

let server: ServerProcess;
let helios: Helios;
let receiver: Receiver;

beforeAll(async () => {
  server = await ServerProcess.start({ env: { HELIOSDB_WEBHOOK_ALLOW: "127.0.0.1" } });
  helios = new Helios(server.url);
  receiver = await Receiver.start(() => true);
  await execute(server, "main", "CREATE TABLE items (id INTEGER PRIMARY KEY)");
});
afterAll(async () => {
  await receiver?.stop();
  helios?.remove();
  await server?.remove();
});

const json = (...args: string[]) => helios.json("webhook", ...args);

it("a webhook's whole life from the shell", async () => {
  const events = ["--event", "branch.created", "branch.merged"];
  const made = await json("create", receiver.url, ...events, "--branch", "feature-*", "--description", "chat");
  expect(made).toMatchObject({
    url: `${receiver.url}/`,
    events: ["branch.created", "branch.merged"],
    branches: ["feature-*"],
    description: "chat",
    secret: expect.stringMatching(/^whsec_/),
  });
  const { id, secret, ...shown } = made;
  expect(await json("list")).toEqual([{ id, ...shown }]);
  expect(await json("get", id)).toEqual({ id, ...shown });
  expect(await json("update", id, "--all-branches", "--description", "", "--enabled", "off")).toMatchObject({
    branches: [],
    description: null,
    enabled: false,
    disabledReason: "disabled by request",
  });
  const table = (await helios.run(["webhooks", "get", id, "-o", "table"])).stdout;
  expect(table).toMatch(/^state +disabled: disabled by request$/m);
  expect(table).toMatch(/^branches +all$/m);
  expect(await json("update", id, "--enabled", "on")).toMatchObject({ enabled: true });
  const elsewhere = `${receiver.url}/elsewhere`;
  expect(await json("update", id, "--endpoint", elsewhere)).toMatchObject({ id, url: elsewhere });
  expect(await json("update", id, "--endpoint", receiver.url)).toMatchObject({ url: `${receiver.url}/` });
  expect((await json("rotate-secret", id)).secret).not.toBe(secret);
  expect(await json("test", id)).toMatchObject({ purpose: "test", status: "delivered", responseStatus: 204 });
  const [delivery] = await json("deliveries", id, "--status", "delivered");
  expect(await json("resend", id, delivery.id)).toMatchObject({ purpose: "resend", eventId: delivery.eventId });
  const limited = await helios.run(["webhook", "deliveries", id, "--limit", "1", "-o", "csv"]);
  expect(limited.stdout.trim().split("\n")).toHaveLength(2);
  expect(limited.stderr).toContain("Showing the newest 1 deliveries");
  expect(await json("replay", id, "--from-scn", "1")).toMatchObject({ id, enabled: true });
  const deleted = await helios.run(["webhook", "delete", id]);
  expect(deleted).toEqual({ code: 0, stdout: "", stderr: `Deleted ${id}\n` });
  expect((await helios.run(["webhook", "get", id])).code).toBe(3);
});

it.each([
  ["no change", 2, ["update", "wh_1"]],
  ["branches and all branches", 2, ["update", "wh_1", "--all-branches", "--branch", "x"]],
  ["no SCN", 2, ["replay", "wh_1"]],
  ["an unknown event", 2, ["create", "http://127.0.0.1:9/", "--event", "branch.made"]],
  ["an address that is not public", 1, ["create", "http://10.0.0.1/"]],
])("%s: code %d", async (_what, code, args) => {
  const result = await helios.run(["webhook", ...args]);
  expect([result.code, result.stdout]).toEqual([code, ""]);
});
