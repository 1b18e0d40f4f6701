import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { removePrivateFile, writePrivateFile } from "../src/config/private-file.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "helios-private-file-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ended = spawnSync(process.execPath, ["--version"]).pid;
const file = () => join(folder, "login.json");
/** What a write leaves that was killed before the rename. */
const half = (path: string, pid: number) => writeFileSync(`${path}.${pid}`, '{"apiKey": "hk_', { mode: 0o644 });

it("what killed processes left half written is gone after the next write, and what others write now stays", () => {
  half(file(), ended);
  half(file(), process.ppid);
  writeFileSync(`${file()}.bak`, "the user's own");
  writeFileSync(join(folder, `other.json.${ended}`), "of another file");
  writePrivateFile(file(), "{}");
  expect(readdirSync(folder).sort()).toEqual(
    ["login.json", `login.json.${process.ppid}`, "login.json.bak", `other.json.${ended}`].sort(),
  );
});

it("nothing of a removed file is left, whether it is there itself or not", () => {
  half(file(), ended);
  removePrivateFile(file());
  writePrivateFile(file(), "{}");
  half(file(), ended);
  removePrivateFile(file());
  expect(readdirSync(folder)).toEqual([]);
  removePrivateFile(join(folder, "missing/login.json"));
});

it("only the owner can read it, also if a killed process with this one's number left it readable", () => {
  half(file(), process.pid);
  writePrivateFile(file(), "{}");
  expect([readFileSync(file(), "utf8"), statSync(file()).mode & 0o777]).toEqual(["{}", 0o600]);
});

it("an error that the file system gives is passed on, and leaves nothing", () => {
  mkdirSync(file());
  expect(() => writePrivateFile(file(), "{}")).toThrow("EISDIR");
  expect(readdirSync(folder)).toEqual(["login.json"]);
});
