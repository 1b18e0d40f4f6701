import fc from "fast-check";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { type Column, generateTypes, type Table, type ValueForms } from "../src/index.js";

const TYPES = ["int4", "int8", "float8", "text", "bool", "bytea", "timestamp", "date", "numeric", "json"] as const;

function table(name: string, columns: readonly Column[]): Table {
  return { name, columns, rowCount: 0, sizeBytes: 0, createdAt: new Date(0), indexes: [] };
}

function column(name: string, type: Column["type"], declaredType: string, nullable = true): Column {
  return { name, type, declaredType, nullable, primaryKey: false };
}

const MIXED = [
  table("user_accounts", [
    column("id", "int4", "INTEGER", false),
    column("full name", "text", "VARCHAR(20)", false),
    column("photo", "bytea", "BLOB"),
    column("rate", "float8", "REAL"),
    column("ok", "bool", "BOOLEAN"),
    column("price", "numeric", "DECIMAL(10,2)"),
    column("any", "text", ""),
  ]),
  table("user-accounts", []),
  table("Größe", [column("über", "json", "JSON")]),
  table("2026", [column('a"b\u2028c*/', "date", "DATE", false)]),
  table("Tables", [column("constructor", "timestamp", "TIMESTAMP")]),
];

describe("generated types", () => {
  it("have an interface for each table, and Tables for all", () => {
    expect(
      generateTypes(MIXED),
    ).toBe(`// Written by "helios types". For clients with integers: "number" and blobs: "base64".

export interface UserAccounts {
  id: number;
  "full name": string;
  photo: string | null;
  rate: number | null;
  ok: boolean | null;
  price: number | string | null;
  any: number | string | null;
}

export interface UserAccounts_2 {}

export interface Groe {
  "über": string | null;
}

export interface Table2026 {
  "a\\"b\\u2028c*/": number | string;
}

export interface Tables_2 {
  constructor: number | string | null;
}

export interface Tables {
  user_accounts: UserAccounts;
  "user-accounts": UserAccounts_2;
  "Größe": Groe;
  "2026": Table2026;
  Tables: Tables_2;
}
`);
  });

  it("follow the forms of values", () => {
    const text = generateTypes(MIXED, { integers: "bigint", blobs: "bytes" });
    expect(text).toContain("id: bigint;");
    expect(text).toContain("photo: Uint8Array | null;");
    expect(text).toContain("any: number | string | bigint | Uint8Array | null;");
    expect(generateTypes(MIXED, { integers: "string" })).toContain("id: string;");
    expect(() => generateTypes([], { integers: "int" as never })).toThrow('Invalid integers "int". Expected one of');
  });

  it("of any schema compile, and have its names", () => {
    const name = fc.oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength: 12 }),
      fc.constantFrom(
        "__proto__",
        "constructor",
        "class",
        "any",
        "Array",
        "Uint8Array",
        "Tables",
        "user_2",
        "User_2",
        "user",
      ),
      fc.string({
        unit: fc.constantFrom("a", "B", "1", "_", " ", '"', "'", "`", "\\", "*/", "\n", "\u2028", "\ud800", "}"),
        minLength: 1,
      }),
    );
    const columns = fc.uniqueArray(
      fc.record({
        name,
        type: fc.constantFrom(...TYPES),
        declaredType: fc.constantFrom("", "TEXT", "ANY", "*/"),
        nullable: fc.boolean(),
        primaryKey: fc.boolean(),
      }),
      { selector: (one) => one.name, maxLength: 6 },
    );
    const tables = fc.uniqueArray(fc.tuple(name, columns), { selector: ([of]) => of, maxLength: 6 });
    const forms = fc.record<ValueForms>({
      integers: fc.constantFrom("number", "bigint", "string"),
      blobs: fc.constantFrom("base64", "bytes"),
    });
    const samples = fc.sample(fc.tuple(tables, forms), 400);
    const texts = samples.map(([all, form]) =>
      generateTypes(
        all.map(([of, its]) => table(of, its)),
        form,
      ),
    );
    const program = compiled(texts);
    expect(ts.getPreEmitDiagnostics(program).map((one) => `${one.messageText} in ${one.file?.text}`)).toEqual([]);
    const checker = program.getTypeChecker();
    for (const [i, [all]] of samples.entries()) {
      const module = checker.getSymbolAtLocation(program.getSourceFile(`/${i}.ts`)!)!;
      const exported = checker.getExportsOfModule(module).find((one) => one.name === "Tables")!;
      const found = checker
        .getPropertiesOfType(checker.getDeclaredTypeOfSymbol(exported))
        .map((of) => [
          ts.unescapeLeadingUnderscores(of.escapedName),
          checker
            .getPropertiesOfType(checker.getTypeOfSymbol(of))
            .map((one) => ts.unescapeLeadingUnderscores(one.escapedName)),
        ]);
      expect(found).toEqual(all.map(([of, its]) => [of, its.map((one) => one.name)]));
    }
  });
});

/** A strict program of these files, with only the library types that they need. */
function compiled(texts: readonly string[]): ts.Program {
  const library = [
    "Array<T>",
    "Boolean",
    "CallableFunction",
    "Function",
    "IArguments",
    "NewableFunction",
    "Number",
    "Object",
    "RegExp",
    "String",
    "Uint8Array",
  ];
  const files = new Map(texts.map((text, i) => [`/${i}.ts`, text]));
  files.set("/library.d.ts", library.map((type) => `interface ${type} {}`).join("\n"));
  const host: ts.CompilerHost = {
    getSourceFile: (path, target) => ts.createSourceFile(path, files.get(path) ?? "", target),
    getDefaultLibFileName: () => "/library.d.ts",
    writeFile: () => {},
    getCurrentDirectory: () => "/",
    getCanonicalFileName: (path) => path,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    fileExists: (path) => files.has(path),
    readFile: (path) => files.get(path),
  };
  const options = { strict: true, noEmit: true, noLib: true, types: [], target: ts.ScriptTarget.ES2022 };
  return ts.createProgram([...files.keys()], options, host);
}
