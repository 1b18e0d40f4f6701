import { HeliosDBClient, type HeliosDBClientOptions } from "../../../packages/client/src/browser.js";
import type { Scripted, SeenRequest } from "../../../packages/client/test/support/scripted-answers.js";

export * from "../../../packages/client/test/support/scripted-answers.js";

/** The part of a browser's that is needed here. */
declare const XMLHttpRequest: new () => {
  readonly status: number;
  readonly responseText: string;
  open(method: string, path: string, isAsynchronous: boolean): void;
  send(body: string | null): void;
};

/** The server of the SDK's tests, for a browser's page: it runs where the page came from, and is told by requests. */
export class ScriptedServer {
  readonly #clients: HeliosDBClient[] = [];

  private constructor(
    private readonly id: string,
    readonly url: string,
  ) {}

  static async start(): Promise<ScriptedServer> {
    const { id, url } = (await (await fetch("/control/start", { method: "POST" })).json()) as Record<string, string>;
    return new ScriptedServer(id!, url!);
  }

  get seen(): readonly SeenRequest[] {
    return told("GET", `/control/${this.id}/seen`) as SeenRequest[];
  }

  answers(...script: Scripted[]): void {
    told("POST", `/control/${this.id}/answers`, script);
  }

  client(options: Partial<HeliosDBClientOptions> = {}): HeliosDBClient {
    const retry = { baseDelayMs: 1, ...options.retry };
    const client = new HeliosDBClient({ baseUrl: this.url, apiKey: "hdb_test", ...options, retry });
    this.#clients.push(client);
    return client;
  }

  async stop(): Promise<void> {
    told("POST", `/control/${this.id}/stop`);
    await Promise.all(this.#clients.map((client) => client.close()));
  }
}

/** At once, as the tests expect it: a page can wait for a request, if it is an old one. */
function told(method: string, path: string, body?: unknown): unknown {
  const request = new XMLHttpRequest();
  request.open(method, path, false);
  request.send(body === undefined ? null : JSON.stringify(body));
  if (request.status !== 200) throw new Error(`${path}: ${request.status}`);
  return JSON.parse(request.responseText);
}
