import { describe, expect, it } from "vitest";
import { UsageError } from "../src/errors/exit-codes.js";
import { resolution } from "../src/input/resolution.js";

describe("a resolution", () => {
  it.each([
    ["users:1:name=source", { table: "users", key: "1", column: "name", use: "source" }],
    ["users:1=target", { table: "users", key: "1", use: "target" }],
    ["users=source", { table: "users", use: "source" }],
    ['users:"a:b=c":name=source', { table: "users", key: "a:b=c", column: "name", use: "source" }],
    ['pairs:["x]",1]:v=value:"a=b"', { table: "pairs", key: ["x]", 1], column: "v", use: "value", value: "a=b" }],
    [
      'files:[{"type":"bytea","value":"AP8="},1]=source',
      { table: "files", key: [{ type: "bytea", value: "AP8=" }, 1], use: "source" },
    ],
    ["users:1:age=value:null", { table: "users", key: "1", column: "age", use: "value", value: null }],
    ["users:1=value:null", { table: "users", key: "1", use: "value", value: null }],
    ['users:1=value:{"id":1,"name":null}', { table: "users", key: "1", use: "value", value: { id: 1, name: null } }],
  ])("%s", (text, read) => {
    expect(resolution(text)).toEqual(read);
  });

  it.each([
    "users",
    "users:1",
    "users:=source",
    "users:1:name=mine",
    "users:1:name=value:nope",
    "users:1=value:5",
    "users:1:name=value:[1]",
    "users:1:n=value:9007199254740993",
    'users:"1:name=source',
    'users:[{"type":"bytes","value":"AP8="}]:name=source',
    'users:[{"type":"bytea","value":[1]}]:name=source',
    "=source",
  ])("%s is refused", (text) => {
    expect(() => resolution(text)).toThrow(UsageError);
  });
});
