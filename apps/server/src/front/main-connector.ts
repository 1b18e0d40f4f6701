import { buildConnector } from "undici";

const AGAIN_MS = 5;
/** Main is busy for no longer than this, or not there. */
const MOST_MS = 30_000;

/**
 * Connects to main's socket. Where more connect at once than main has accepted, the system lets TCP wait, but refuses
 * sockets of this kind: they try again.
 */
export function mainConnector(socketPath: string): buildConnector.connector {
  const connect = buildConnector({ socketPath });
  return (options, callback) => {
    const until = performance.now() + MOST_MS;
    const attempt = () =>
      connect(options, (...outcome) => {
        const code = (outcome[0] as NodeJS.ErrnoException | null)?.code;
        if (code === "EAGAIN" && performance.now() < until) setTimeout(attempt, AGAIN_MS);
        else callback(...outcome);
      });
    attempt();
  };
}
