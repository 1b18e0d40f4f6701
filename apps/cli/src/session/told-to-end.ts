/** Ctrl-C, a supervisor or `kill`, and a terminal that is closed. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Calls `stop` when the command is told to end, in place of ending it at once. A second signal ends it at once.
 * @returns how to listen no more
 */
export function onceToldToEnd(stop: () => void): () => void {
  const off = () => {
    for (const signal of SIGNALS) process.off(signal, told);
  };
  const told = () => {
    off();
    stop();
  };
  for (const signal of SIGNALS) process.on(signal, told);
  return off;
}
