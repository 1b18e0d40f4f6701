import { describe, expect, it } from "vitest";
import { complete, type Given } from "../src/completion/complete.js";
import { makeProgram } from "../src/program/program.js";

const asked: (string | undefined)[] = [];
const names = {
  branches: async () => ["main", "dev", "feature"],
  tables: async ({ branch, url }: Given) => {
    asked.push(url ?? branch);
    return ["users", "orders"];
  },
};
const values = async (...words: string[]) => (await complete(makeProgram(), words, names)).map(({ value }) => value);

describe("what a shell offers", () => {
  it("begins with the commands, none that is not for people", async () => {
    const all = await values("");
    expect(all).toEqual(expect.arrayContaining(["branches", "query", "shell", "completion"]));
    expect(all.filter((name) => name.startsWith("_"))).toEqual([]);
    expect(await values("branches", "sn")).toEqual(["snapshots"]);
  });

  it("knows aliases, and options of the command and of all", async () => {
    expect(await values("branch", "get", "f")).toEqual(["feature"]);
    expect(await values("query", "--ma")).toEqual(["--max-rows"]);
    expect(await values("query", "--ur")).toEqual(["--url"]);
  });

  it("gives the choices of an option or an argument", async () => {
    expect(await values("-o", "c")).toEqual(["csv"]);
    expect(await values("completion", "")).toEqual(["bash", "zsh", "fish"]);
  });

  it("names branches and tables where they can stand, and nothing behind the last argument", async () => {
    expect(await values("query", "--branch", "d")).toEqual(["dev"]);
    expect(await values("merge", "dev", "m")).toEqual(["main"]);
    expect(await values("merge", "dev", "main", "")).toEqual([]);
    expect(await values("data", "get", "--branch", "dev", "us")).toEqual(["users"]);
    expect(await values("data", "get", "--branch=feature", "us")).toEqual(["users"]);
    expect(asked).toEqual(["dev", "feature"]);
    await values("--url", "http://other", "data", "get", "us");
    expect(asked.at(-1)).toBe("http://other");
  });
});
