import { request as http } from "node:http";
import { request as https } from "node:https";

const TIMEOUT_MS = 10_000;
/** Bytes of a response that are read: the ones that are asked for are small. */
const MOST = 1024 * 1024;

export interface Reply {
  readonly status: number;
  /** The time of the server's clock, or null. */
  readonly date: string | null;
  readonly text: string;
}

/** Asks a server that may be no HeliosDB server, trusting the same certificates as other commands do. */
export function get(url: string, ca: Buffer | undefined): Promise<Reply> {
  const ask = url.startsWith("https:") ? https : http;
  return new Promise((resolve, reject) => {
    const options = { ca, headers: { accept: "application/json" }, signal: AbortSignal.timeout(TIMEOUT_MS) };
    const request = ask(url, options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
        if (text.length > MOST) request.destroy(new Error(`The response has more than ${MOST} characters.`));
      });
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, date: response.headers.date ?? null, text }),
      );
    });
    request.on("error", reject);
    request.end();
  });
}
