/** How often the server looks whether npx is still there. */
const LOOK_MS = 250;

/**
 * Resolves at the first SIGINT or SIGTERM, or when the program that started this one with a channel says "stop" or is
 * gone, or when npx is gone. A second signal ends the process at once.
 */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = () => {
      asked = true;
      resolve();
    };
    process.once("disconnect", stop);
    process.on("message", (message) => message === "stop" && stop());
    process.channel?.unref();
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => {
        if (asked) process.exit(signal === "SIGINT" ? 130 : 143);
        stop();
      });
    }
    if (process.env.npm_lifecycle_event === "npx") whenParentEnds(stop);
  });
}

/** npx passes SIGTERM on to the shell that it runs programs in, and that shell ends without notifying this process. */
function whenParentEnds(stop: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, LOOK_MS);
  watch.unref();
}
