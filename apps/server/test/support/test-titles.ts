import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";

const ROOT = resolve(import.meta.dirname, "../../../..");
/** Where tests are, and how their names begin. */
const FOLDERS = [
  ["apps/server/test", ""],
  ["packages/engine/test", "engine/"],
  ["packages/engine-host/test", "engine-host/"],
] as const;

/**
 * The names of all tests of the server, `http/data: inserting > answers 201`, and of the engine, `engine/sql/filter: …`;
 * `%s` and the like stand for anything.
 */
export class TestTitles {
  private readonly known = new Set<string>();
  private readonly patterns: RegExp[] = [];

  constructor() {
    for (const [folder, prefix] of FOLDERS) {
      for (const file of readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })) {
        if (!file.endsWith(".test.ts")) continue;
        const text = readFileSync(join(ROOT, folder, file), "utf8");
        const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
        this.visit(source, `${prefix}${file.replaceAll("\\", "/").replace(/\.test\.ts$/, "")}: `);
      }
    }
  }

  has(name: string): boolean {
    return this.known.has(name) || this.patterns.some((pattern) => pattern.test(name));
  }

  /** Finds `it("title", …)` and `it.each([…])("title", …)`, below whatever `describe` they stand. */
  private visit(node: ts.Node, above: string): void {
    let path = above;
    if (ts.isCallExpression(node)) {
      const root = rootOf(node.expression);
      const [title] = node.arguments;
      if ((root === "it" || root === "describe") && title && ts.isStringLiteralLike(title)) {
        if (root === "it") {
          this.add(above + title.text);
          return;
        }
        path = `${above}${title.text} > `;
      }
    }
    ts.forEachChild(node, (child) => this.visit(child, path));
  }

  private add(name: string): void {
    this.known.add(name);
    if (!PLACEHOLDER.test(name)) return;
    const parts = name.split(new RegExp(PLACEHOLDER, "g")).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    this.patterns.push(new RegExp(`^${parts.join("[^]*")}$`));
  }
}

const PLACEHOLDER = /%[sdifjoO#]|\$\w+/;

function rootOf(node: ts.Expression): string | undefined {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node) || ts.isCallExpression(node)) return rootOf(node.expression);
  return undefined;
}
