import { type Dirent, readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, extname, join, relative } from "node:path";

const TYPES: { readonly [extension: string]: string } = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};
const ENCODINGS = [
  { name: "br", suffix: ".br" },
  { name: "gzip", suffix: ".gz" },
] as const;

/** One file of the console, in the encoding that a client takes. */
export interface ConsoleFile {
  readonly content: Buffer;
  readonly type: string;
  readonly encoding: "br" | "gzip" | null;
  /** Its name changes with its content. */
  readonly isImmutable: boolean;
}

/** What the page is told about its server. */
export interface PageFacts {
  /** The path that clients see before the server's own. */
  readonly publicPrefix: string;
  /** `off`: nobody has to sign in. */
  readonly auth: "on" | "off";
}

/** The console's built files. No other file can be named: their list is read once. */
export class ConsoleFiles {
  /** The page, which is the same for every view. */
  readonly page: string;
  private readonly names: ReadonlySet<string>;
  private readonly contents = new Map<string, Promise<Buffer>>();

  constructor(
    { publicPrefix, auth }: PageFacts,
    private readonly folder = builtFolder(),
  ) {
    this.names = new Set(listed(folder));
    this.page = readFileSync(join(folder, "index.html"), "utf8")
      .replace('<base href="/console/"', `<base href="${publicPrefix}/console/"`)
      .replace('name="heliosdb-auth" content="on"', `name="heliosdb-auth" content="${auth}"`);
  }

  /** @param accepted the request's Accept-Encoding */
  find(name: string, accepted: string): Promise<ConsoleFile> | null {
    const type = TYPES[extname(name)];
    if (type === undefined || !this.names.has(name)) return null;
    const found = ENCODINGS.find((each) => accepts(accepted, each.name) && this.names.has(name + each.suffix));
    const isImmutable = name.startsWith("assets/");
    return this.read(name + (found?.suffix ?? "")).then((content) => ({
      ...{ content, type, isImmutable },
      encoding: found?.name ?? null,
    }));
  }

  private read(name: string): Promise<Buffer> {
    const known = this.contents.get(name);
    if (known) return known;
    const content = readFile(join(this.folder, name));
    this.contents.set(name, content);
    return content;
  }
}

function builtFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve("@heliosdb/console/package.json")), "dist");
}

function listed(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => nameOf(folder, entry));
  } catch (cause) {
    const message = `The console's files are not in ${folder}. Build @heliosdb/console, or set HELIOSDB_CONSOLE=off.`;
    throw new Error(message, { cause });
  }
}

function nameOf(folder: string, entry: Dirent): string {
  return relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/");
}

/** Whether an Accept-Encoding names the encoding and doesn't refuse it. */
function accepts(accepted: string, encoding: string): boolean {
  return accepted.split(",").some((part) => {
    const [name = "", ...parameters] = part.split(";").map((each) => each.trim().toLowerCase());
    return name === encoding && !parameters.some((each) => /^q=0(\.0*)?$/.test(each));
  });
}
