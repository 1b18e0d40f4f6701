import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { expect, it } from "vitest";

const PACKAGE = resolve(import.meta.dirname, "..");

/** Bytes of the whole library in one minified file, with its one dependency. docs/client.md states the second, in kB. */
const LARGEST = { plain: 64_000, gzip: 19_500 };
/** Those of a program that only creates errors and generates types. */
const LARGEST_PART = 6_000;

async function bundled(program: string): Promise<{ text: string; metafile: Metafile }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: PACKAGE },
    platform: "browser",
    target: "es2022",
    format: "esm",
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
  });
  return { text: outputFiles[0]!.text, metafile };
}

it("a browser gets no module of Node, and no more bytes than stated", async () => {
  const { text, metafile } = await bundled('export * from "@heliosdb/client"');
  const inputs = Object.keys(metafile.inputs).join("\n");
  expect(inputs).toContain("dist/esm/browser.js");
  expect(inputs).not.toMatch(/undici|platform\/node|\/cjs\//);
  // Not compared as a text: the report of a failure would be the whole library.
  expect(/["']node:|\bBuffer\b|\brequire\(/.exec(text)?.[0]).toBeUndefined();
  const sizes = { plain: text.length, gzip: gzipSync(text).length };
  expect(sizes.plain).toBeLessThanOrEqual(LARGEST.plain);
  expect(sizes.gzip).toBeLessThanOrEqual(LARGEST.gzip);
  // A limit far above the size guards nothing.
  expect(sizes.gzip).toBeGreaterThan(LARGEST.gzip * 0.8);
});

it("a program gets only what it uses", async () => {
  const { text } = await bundled(
    'import { generateTypes, NotFoundError } from "@heliosdb/client"; export { generateTypes, NotFoundError };',
  );
  expect(text.length).toBeLessThanOrEqual(LARGEST_PART);
});
