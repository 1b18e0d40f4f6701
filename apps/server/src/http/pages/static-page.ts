import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { FastifyInstance } from "fastify";
import { ApiError } from "../../errors/api-error.js";

/** A page for people, with every file of it from a package on this machine. */
export interface StaticPage {
  /** Its files are below. */
  readonly path: string;
  readonly html: string;
  /** The Content-Security-Policy. */
  readonly policy: string;
  /** The package that the files come from. */
  readonly package: string;
  /** Where in the package they lie. */
  readonly folder: string;
  /** The content types of the files that are served; no other file of the package is. */
  readonly types: { readonly [file: string]: string };
  /** Texts in those files to put others in place of: addresses elsewhere that a page would go to by itself. */
  readonly replaced?: { readonly [text: string]: string };
  /** Files that are made here, by name. */
  readonly own: { readonly [file: string]: string };
}

const SCRIPT = "text/javascript; charset=utf-8";

export function installStaticPage(fastify: FastifyInstance, page: StaticPage): void {
  const root = dirname(createRequire(import.meta.url).resolve(`${page.package}/package.json`));
  const files = new Map<string, Promise<Buffer>>();

  // People type it with a slash, too.
  for (const path of [page.path, `${page.path}/`]) {
    fastify.get(path, (_request, reply) =>
      reply.header("content-security-policy", page.policy).type("text/html; charset=utf-8").send(page.html),
    );
  }
  fastify.get<{ Params: { file: string } }>(`${page.path}/:file`, async (request, reply) => {
    const { file } = request.params;
    if (Object.hasOwn(page.own, file)) return reply.type(SCRIPT).send(page.own[file]);
    const type = Object.hasOwn(page.types, file) ? page.types[file] : undefined;
    if (type === undefined) throw new ApiError("ROUTE_NOT_FOUND");
    let content = files.get(file);
    if (!content) {
      content = readFile(join(root, page.folder, file)).then((found) => withReplaced(found, page.replaced ?? {}));
      files.set(file, content);
    }
    return reply
      .type(type)
      .header("cache-control", "public, max-age=3600")
      .send(await content);
  });
}

function withReplaced(content: Buffer, texts: { readonly [text: string]: string }): Buffer {
  const all = Object.entries(texts);
  if (all.length === 0) return content;
  return Buffer.from(
    all.reduce((text, [old, replacement]) => text.replaceAll(old, replacement), content.toString("utf8")),
  );
}
