import { SERVER } from "../../../session/session.js";

/**
 * Metrics and readiness: for machines, without credentials, and so not part of the client.
 * @param also a status besides 200 that has an answer
 */
export async function textOf(path: string, accept: string, signal: AbortSignal, also = 200): Promise<string> {
  const response = await fetch(`${SERVER}${path}`, { headers: { accept }, credentials: "omit", signal });
  if (response.status !== 200 && response.status !== also) {
    throw new Error(
      `Expected ${path} with status 200, got ${response.status}. A proxy in front of the server may keep it back.`,
    );
  }
  return response.text();
}
