import { type InfiniteData, type Query, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useSession } from "./session.js";

/** Several changes at once are read once. */
const PAUSE_MS = 400;
/** Somebody far down a table keeps it as it was read: all of it would be read again. */
const MOST_PAGES = 5;
const LIVE = new Set(["branches", "branch", "graph", "density", "history", "tables", "rows"]);

/** Reads again what is shown when something changes on the server. Whoever can't follow events waits for the next look. */
export function useLive(): void {
  const { client, identity } = useSession();
  const queries = useQueryClient();
  const isRefused = identity.tables !== null;
  useEffect(() => {
    if (isRefused) return;
    let stream: AbortController | null = null;
    let pause: ReturnType<typeof setTimeout> | undefined;
    const readAgain = () => {
      pause = undefined;
      void queries.invalidateQueries({ predicate: isLive });
    };
    const follow = async (signal: AbortSignal) => {
      for await (const _ of client.events.follow({ signal })) pause ??= setTimeout(readAgain, PAUSE_MS);
    };
    // A browser has few connections to one server, for all of its tabs.
    const onVisibility = () => {
      if (document.hidden) {
        stream?.abort();
        stream = null;
      } else if (!stream) {
        stream = new AbortController();
        follow(stream.signal).catch(() => {});
      }
    };
    document.addEventListener("visibilitychange", onVisibility);
    onVisibility();
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      clearTimeout(pause);
      stream?.abort();
    };
  }, [client, isRefused, queries]);
}

function isLive({ queryKey, state }: Query): boolean {
  const [what] = queryKey;
  if (what === "rows") return ((state.data as InfiniteData<unknown> | undefined)?.pages.length ?? 0) <= MOST_PAGES;
  return LIVE.has(String(what));
}
