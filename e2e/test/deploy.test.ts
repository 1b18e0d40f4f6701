import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { OPTIONS } from "../../apps/server/dist/config/options.js";
import { stagesOf } from "../support/dockerfile.js";
import { runProgram } from "../support/program.js";
import { freePort, ServerProcess } from "../support/server.js";

const ROOT = resolve(import.meta.dirname, "../..");
const SETTINGS = Object.values(OPTIONS).map(({ env }) => env);
const SERVER = JSON.parse(readFileSync(join(ROOT, "apps/server/package.json"), "utf8"));
const HEALTHCHECK = join(ROOT, "deploy/healthcheck.mjs");

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

describe("the Dockerfile", () => {
  const [before, build, image] = stagesOf(read("deploy/Dockerfile"));
  const of = (stage: typeof image, name: string) => stage!.filter((each) => each.name === name).map(({ rest }) => rest);
  const env = Object.fromEntries(
    of(image, "ENV")
      .join(" ")
      .split(/\s+/)
      .map((pair) => pair.split("=") as [string, string]),
  );

  it("takes both stages from one version of Node that the server supports", () => {
    expect(before).toEqual([{ name: "ARG", rest: expect.stringMatching(/^NODE_VERSION=\d+$/) }]);
    const major = Number(before![0]!.rest.split("=")[1]);
    const base = `node:$\{NODE_VERSION}-bookworm-slim`;
    expect([of(build, "FROM"), of(image, "FROM")]).toEqual([[`${base} AS build`], [base]]);
    expect(major).toBeGreaterThanOrEqual(Number(/>=(\d+)/.exec(SERVER.engines.node)![1]));
    const addon = JSON.parse(read("apps/server/node_modules/better-sqlite3/package.json"));
    expect(addon.engines.node.split(" || ")).toContain(`${major}.x`);
  });

  it("runs shell that is well-formed, and a script of this repository", () => {
    for (const command of [...of(build, "RUN"), ...of(image, "RUN")]) execFileSync("sh", ["-n", "-c", command]);
    const [, script] = /^node (\S+) \/packed$/m.exec(of(build, "RUN").join("\n"))!;
    expect(existsSync(join(ROOT, script!))).toBe(true);
    expect(of(build, "RUN").at(-1)).toMatch(/^npm install .*\/packed\/\*\.tgz/);
  });

  it("copies what there is: a file of this repository, and the stage's folder", () => {
    expect(of(build, "COPY")).toEqual([". ."]);
    const [folder, file] = of(image, "COPY");
    expect(folder).toBe(`--from=build ${of(build, "WORKDIR").at(-1)} /opt/heliosdb`);
    expect(statSync(join(ROOT, file!.split(" ")[0]!)).isFile()).toBe(true);
  });

  it("starts a program of the server's package, as somebody without privileges, on the port and folder it names", () => {
    const [program] = JSON.parse(of(image, "ENTRYPOINT")[0]!);
    expect(Object.keys(SERVER.bin)).toContain(program);
    const links = /^ln -s (.+) \/usr\/local\/bin\/ /.exec(of(image, "RUN")[0]!)![1]!.split(" ");
    expect(links).toEqual(["heliosdb", "helios"].map((name) => `/opt/heliosdb/node_modules/.bin/${name}`));
    expect(of(image, "USER")).toEqual(["1000:1000"]);
    expect(Object.keys(env).filter((name) => name.startsWith("HELIOSDB_") && !SETTINGS.includes(name))).toEqual([]);
    expect(of(image, "EXPOSE")).toEqual([env.HELIOSDB_API_PORT]);
    expect(of(image, "VOLUME")).toEqual([env.HELIOSDB_DATA_DIR]);
    expect(of(image, "RUN")[0]).toContain(`--owner=node --group=node --mode=700 ${env.HELIOSDB_DATA_DIR}`);
    const [, check] = /CMD (\[.+\])$/.exec(of(image, "HEALTHCHECK")[0]!)!;
    expect(JSON.parse(check!)).toEqual(["node", "/opt/heliosdb/healthcheck.mjs"]);
  });

  it("leaves out what the build makes itself, and what could be secret", () => {
    const ignored = read("deploy/Dockerfile.dockerignore").split("\n");
    for (const path of [".git", "data", "**/node_modules", "**/dist", "**/*.key"]) expect(ignored).toContain(path);
    const needed = execFileSync("git", ["ls-files", "--", "*.env", "*.key", "*.pem", "packed", "data"], { cwd: ROOT });
    expect(needed.toString()).toBe("");
  });
});

describe("the health check", () => {
  it("follows the server's state", async () => {
    const server = await ServerProcess.start();
    const env = { HELIOSDB_API_PORT: String(server.port) };
    const healthy = await runProgram(process.execPath, [HEALTHCHECK], { env });
    expect(healthy).toEqual({ code: 0, stdout: "/livez: 200\n", stderr: "" });
    await server.remove();
    const gone = await runProgram(process.execPath, [HEALTHCHECK], { env });
    expect(gone).toMatchObject({ code: 1, stdout: expect.stringContaining("ECONNREFUSED") });
  });

  it("fails where something else listens", async () => {
    const env = { HELIOSDB_API_PORT: String(await freePort()), HELIOSDB_TLS_CERT: "/nowhere.pem" };
    expect((await runProgram(process.execPath, [HEALTHCHECK], { env })).code).toBe(1);
  });
});

describe("the systemd unit", () => {
  const text = read("deploy/heliosdb.service");
  const folder = mkdtempSync(join(tmpdir(), "helios-unit-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("starts a file of the server's package with settings that exist, and keeps its data where it may write", () => {
    const [, path] = /^ExecStart=\/usr\/bin\/node \/opt\/heliosdb\/node_modules\/@heliosdb\/server\/(\S+)$/m.exec(
      text,
    )!;
    expect(SERVER.bin.heliosdb).toBe(path);
    expect((text.match(/HELIOSDB_[A-Z_]+/g) ?? []).filter((name) => !SETTINGS.includes(name))).toEqual([]);
    const [, state] = /^StateDirectory=(.+)$/m.exec(text)!;
    expect(text).toContain(`HELIOSDB_DATA_DIR=/var/lib/${state}\n`);
    // A node of a cell that another one has replaced ends with a code of its own, and has to come back.
    expect(text).toContain("Restart=on-failure\n");
  });

  const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;
  if (!hasSystemd && process.env.CI) throw new Error("systemd-analyze is needed by these tests and is not installed");

  it.skipIf(!hasSystemd)("is accepted by systemd, and exposes little", () => {
    const unit = join(folder, "heliosdb.service");
    // Only the place of Node differs between machines.
    writeFileSync(unit, text.replace("ExecStart=/usr/bin/node", `ExecStart=${process.execPath}`));
    const verified = spawnSync("systemd-analyze", ["verify", "--man=no", unit], { encoding: "utf8" });
    expect([verified.status, verified.stderr.split("\n").filter((line) => line.includes("heliosdb.service"))]).toEqual([
      0,
      [],
    ]);
    const options = ["security", "--offline=true", "--no-pager", "--threshold=20", unit];
    expect(spawnSync("systemd-analyze", options, { encoding: "utf8" }).status).toBe(0);
  });
});
