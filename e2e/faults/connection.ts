import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { API_KEY } from "../support/server.js";

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
  readonly body: any;
}

/** One connection to a server, and so to one process of it. It is made again when it was cut. */
export class Connection {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(
    readonly url: string,
    private readonly key = API_KEY,
  ) {}

  /** Rejects where the connection ends before the response does. */
  send(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    const text = body === undefined ? null : JSON.stringify(body);
    const sent = {
      "x-api-key": this.key,
      ...(text !== null && { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)) }),
      ...headers,
    };
    return new Promise((resolve, reject) => {
      const asked = request(this.url + path, { method, agent: this.agent, headers: sent }, (response) => {
        let answer = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          answer += part;
        });
        response.on("error", reject).on("aborted", () => reject(new Error("the response was cut")));
        response.on("end", () => {
          resolve({ status: response.statusCode!, headers: response.headers, body: answer && parsed(answer) });
        });
      });
      asked.on("error", reject).end(text ?? undefined);
    });
  }

  query(branch: string, sql: string, params?: readonly unknown[]): Promise<Reply> {
    return this.send("POST", `/v1/branches/${branch}/query`, { sql, ...(params && { params }) });
  }

  execute(branch: string, sql: string, params?: readonly unknown[]): Promise<Reply> {
    return this.send("POST", `/v1/branches/${branch}/execute`, { sql, ...(params && { params }) });
  }

  /** Cuts it, whatever is under way. */
  cut(): void {
    this.agent.destroy();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
