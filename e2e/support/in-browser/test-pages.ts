import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";
import { type Scripted, ScriptedServer } from "../../../packages/client/test/support/scripted-server.js";

const CLIENT = resolve(import.meta.dirname, "../../../packages/client");

/** A server of a page that runs test files, and of the scripted servers that those tests ask for. */
export class TestPages {
  readonly #scripted = new Map<string, ScriptedServer>();

  private constructor(
    private readonly server: Server,
    private readonly program: string,
  ) {}

  /** @param files of `packages/client/test` */
  static async start(files: readonly string[]): Promise<TestPages> {
    const server = createServer();
    const pages = new TestPages(server, await bundled(files));
    server.on("request", (request, response) => {
      pages.#answer(request).then(
        ([type, text]) => response.writeHead(200, { "content-type": type }).end(text),
        (error) => response.writeHead(500).end(String(error)),
      );
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    return pages;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#scripted.values()].map((each) => each.stop()));
    this.server.closeAllConnections();
    this.server.close();
  }

  async #answer(request: IncomingMessage): Promise<[type: string, text: string]> {
    const [, first, id, action] = request.url!.split("/");
    if (first === "program.js") return ["text/javascript", this.program];
    if (first !== "control") return ["text/html", "<!doctype html>"];
    return ["application/json", JSON.stringify(await this.#control(request, id!, action))];
  }

  async #control(request: IncomingMessage, id: string, action: string | undefined): Promise<unknown> {
    if (id === "start") {
      const scripted = await ScriptedServer.start(this.#headers());
      const made = String(this.#scripted.size + 1);
      this.#scripted.set(made, scripted);
      return { id: made, url: scripted.url };
    }
    const scripted = this.#scripted.get(id)!;
    if (action === "seen") return scripted.seen;
    if (action === "answers") scripted.answers(...(await bodyOf<Scripted[]>(request)));
    else if (action === "stop") await scripted.stop();
    else throw new Error(`There is no ${request.url}.`);
    return null;
  }

  #headers(): Readonly<Record<string, string>> {
    return {
      "access-control-allow-origin": this.origin,
      "access-control-allow-headers": "authorization, *",
      "access-control-allow-methods": "*",
      "access-control-expose-headers": "*",
      // Over a connection that was used before, a browser sends a request again by itself if it breaks.
      connection: "close",
    };
  }
}

async function bodyOf<T>(request: IncomingMessage): Promise<T> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as T;
}

async function bundled(files: readonly string[]): Promise<string> {
  const loaders = files.map((file) => `${JSON.stringify(file)}: () => import(${JSON.stringify(`./test/${file}`)})`);
  const program = JSON.stringify(join(import.meta.dirname, "run-tests.js"));
  const entry = `import { runTests } from ${program};\nrunTests({ ${loaders.join(", ")} });`;
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: CLIENT, loader: "ts" },
    platform: "browser",
    format: "esm",
    bundle: true,
    write: false,
    plugins: [twins()],
  });
  return outputFiles[0]!.text;
}

/** What only Node can do is done by its twin for browsers. */
function twins(): Plugin {
  const twin = (name: string) => ({ path: join(import.meta.dirname, name) });
  return {
    name: "twins",
    setup(build) {
      build.onResolve({ filter: /^vitest$/ }, () => twin("vitest.ts"));
      build.onResolve({ filter: /\/support\/scripted-server\.js$/ }, ({ importer }) =>
        importer.startsWith(CLIENT) ? twin("scripted-server.ts") : undefined,
      );
      build.onResolve({ filter: /\/src\/index\.js$/ }, () => ({ path: join(CLIENT, "src/browser.ts") }));
    },
  };
}
