import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const ENTRY = fileURLToPath(new URL("flood-main.mjs", import.meta.url));

/** One request as it goes over the wire. */
export function rawRequest(key: string, path: string, body: unknown): string {
  const text = JSON.stringify(body);
  const head = [`POST ${path} HTTP/1.1`, "Host: x", `X-API-Key: ${key}`, "Content-Type: application/json"];
  return `${[...head, `Content-Length: ${Buffer.byteLength(text)}`].join("\r\n")}\r\n\r\n${text}`;
}

/** More requests than a server can serve. */
export class Flood {
  private output = "";

  private constructor(private readonly child: ChildProcess) {
    child.stdout!.on("data", (part) => {
      this.output += part;
    });
  }

  /** @param requests which the connections send, in turn */
  static start(port: number, connections: number, requests: readonly string[]): Flood {
    const args = [ENTRY, String(port), String(connections), ...requests];
    return new Flood(spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] }));
  }

  /** Resolves to the number of answers by status. */
  async end(): Promise<Readonly<Record<string, number>>> {
    const exited = once(this.child, "close");
    this.child.stdin!.end();
    await exited;
    return JSON.parse(this.output);
  }
}
