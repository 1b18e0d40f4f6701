import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { OPTIONS } from "../../apps/server/dist/config/options.js";
import { AS } from "../../packages/store/test/support/as-postgres.js";
import { Postgres, PROGRAMS, until } from "../../packages/store/test/support/postgres.js";
import { ServerNode } from "../support/cell.js";
import { composeWith, DEPLOY, type Service } from "../support/compose.js";
import { execute } from "../support/http.js";
import { API_KEY, freePort } from "../support/server.js";

const SECRETS = {
  POSTGRES_PASSWORD: "administrator",
  STORE_PASSWORD: "of-the-nodes",
  REPLICATION_PASSWORD: "of the 'standby'",
  HELIOSDB_ADMIN_API_KEY: API_KEY,
};
const SETTINGS = Object.values(OPTIONS).map(({ env }) => env);

describe("the compose file", () => {
  const { services, volumes, networks } = composeWith(SECRETS);
  const all = Object.entries(services);
  const nodes = all.filter(([, { build }]) => build);

  it.each(Object.keys(SECRETS))("is refused without %s", (name) => {
    expect(() => composeWith({ ...SECRETS, [name]: "" })).toThrow(`${name}: Set it`);
  });

  it("has no secret but those that it is given", () => {
    const given = Object.values(SECRETS);
    for (const [name, { environment }] of all) {
      for (const [key, value] of Object.entries(environment)) {
        if (/PASSWORD|KEY|SECRET/.test(key))
          expect([name, key, given]).toEqual([name, key, expect.arrayContaining([value])]);
      }
    }
  });

  it("runs two nodes of this repository's image, with settings that exist and are theirs", () => {
    expect(nodes.map(([name]) => name)).toEqual(["node-1", "node-2"]);
    for (const [name, { build, environment, healthcheck, ports, image }] of nodes) {
      expect(existsSync(resolve(DEPLOY, build!.context, build!.dockerfile))).toBe(true);
      expect(image).toBe("heliosdb");
      expect(Object.keys(environment).filter((key) => !SETTINGS.includes(key))).toEqual([]);
      expect(environment).toMatchObject({ HELIOSDB_NODE: name, HELIOSDB_NODE_URL: `http://${name}:8080` });
      expect(environment.HELIOSDB_TRUSTED_PROXIES).toBe(networks.cell!.ipam.config[0]!.subnet);
      expect(healthcheck.test).toEqual(["CMD", "node", "/opt/heliosdb/healthcheck.mjs"]);
      expect(ports![0]).toMatch(/^\d+:8080$/);
      for (const [key, value] of Object.entries(environment)) {
        const { parse } = Object.values(OPTIONS).find(({ env }) => env === key)!;
        expect(() => (parse as (text: string) => unknown)(value)).not.toThrow();
      }
    }
  });

  it("waits for what is there, keeps what must last in volumes, and mounts files of this repository", () => {
    for (const [name, service] of all) {
      expect(service.networks).toEqual(["cell"]);
      for (const other of Object.keys(service.depends_on ?? {})) expect(services[other]?.healthcheck).toBeDefined();
      const mounted = service.volumes.map((volume) => volume.split(":"));
      expect(mounted[0]![0]).toBe(name);
      expect(Object.keys(volumes)).toContain(name);
      for (const [from] of mounted.slice(1)) expect(statSync(join(DEPLOY, from!)).isFile()).toBe(true);
    }
    const [image] = new Set(all.flatMap(([, each]) => (each.build ? [] : [each.image])));
    expect(image).toMatch(/^postgres:\d+\.\d+-\w+$/);
  });
});

describe.skipIf(PROGRAMS === null)("the store of the compose file", () => {
  const { services } = composeWith(SECRETS);
  const folder = mkdtempSync(join(tmpdir(), "helios-compose-"));
  if (AS.uid !== undefined) chownSync(folder, AS.uid, AS.gid ?? 0);
  const running: ChildProcess[] = [];
  let node: ServerNode | undefined;
  afterAll(async () => {
    await node?.kill();
    node?.removeData();
    for (const server of running.reverse()) await end(server);
    rmSync(folder, { recursive: true, force: true });
  });

  async function end(server: ChildProcess): Promise<void> {
    if (server.exitCode !== null) return;
    const ended = once(server, "exit");
    server.kill("SIGQUIT");
    await ended;
  }

  const inShell = (script: string, of: Service, more: Record<string, string>) => ({
    command: ["sh", join(DEPLOY, "store", script)] as const,
    options: {
      ...AS,
      cwd: "/",
      stdio: "ignore" as const,
      env: { ...of.environment, ...more, PATH: `${folder}:${PROGRAMS}:${process.env.PATH}` },
    },
  });

  it("is made by the scripts, waits for its standby, and serves a node with the file's settings", async () => {
    const [first, second] = [join(folder, "primary"), join(folder, "standby")];
    const [port, other] = [await freePort(), await freePort()];
    // What the image does in its place: its own entry to PostgreSQL, and whom it lets in.
    const entry = join(folder, "docker-entrypoint.sh");
    writeFileSync(entry, `#!/bin/sh\nexec "$@" -D "$PGDATA" -p ${other}\n`);
    chmodSync(entry, 0o755);
    execFileSync(join(PROGRAMS!, "initdb"), ["-D", first, "-U", "postgres", "-N"], {
      ...AS,
      cwd: "/",
      stdio: "ignore",
    });
    writeFileSync(join(first, "pg_hba.conf"), "host all postgres all trust\nhost all all all scram-sha-256\n");
    const settings = ["listen_addresses = '127.0.0.1'", "unix_socket_directories = ''", "shared_buffers = 16MB"];
    appendFileSync(join(first, "postgresql.conf"), `${settings.join("\n")}\nport = ${port}\n`);
    const primary = Postgres.at(port);
    const start = async () => {
      running.push(spawn(join(PROGRAMS!, "postgres"), ["-D", first], { ...AS, cwd: "/", stdio: "ignore" }));
      await until(async () => (await primary.run("SELECT 1")).length === 1);
    };
    await start();
    const init = inShell("primary.sh", services["store-1"]!, { PGDATA: first, PGHOST: "127.0.0.1", PGPORT: `${port}` });
    execFileSync(init.command[0], [init.command[1]], init.options);
    await end(running.pop()!);
    await start();

    const copy = inShell("standby.sh", services["store-2"]!, {
      ...{ PGDATA: second, PRIMARY_HOST: "127.0.0.1", PRIMARY_PORT: `${port}` },
    });
    // The second time, it goes on from its copy. No node runs meanwhile: one gives up when the store is away for long.
    for (const time of ["first", "second"]) {
      if (time === "second") {
        await end(running.pop()!);
        await until(async () => (await primary.run("SELECT pid FROM pg_stat_replication")).length === 0);
      }
      running.push(spawn(copy.command[0], [copy.command[1]], copy.options));
      await until(async () => {
        const [row] = await primary.run(
          "SELECT sync_state, usename FROM pg_stat_replication WHERE state = 'streaming'",
        );
        return row?.sync_state === "sync";
      });
    }
    const [row] = await primary.run("SELECT usename, application_name FROM pg_stat_replication");
    expect(row).toEqual({ usename: "replicator", application_name: "standby" });
    expect(statSync(second).mode & 0o777).toBe(0o700);

    const { HELIOSDB_STORE_URLS: urls, HELIOSDB_NODE_URL: _, ...env } = services["node-1"]!.environment;
    const ports = { "store-1": port, "store-2": other };
    const here = urls!.replace(/@(store-[12]):5432/g, (_all, name: keyof typeof ports) => `@127.0.0.1:${ports[name]}`);
    node = await ServerNode.start({ urls: here.split(","), cell: "main", node: "node-1", env });
    await node.isActive();
    await execute(node, "main", "CREATE TABLE t (v TEXT)");
    await expect(Postgres.at(port).run("SELECT 1")).resolves.toHaveLength(1);
  });
});
