import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type Metrics, parseMetrics } from "./parse.js";
import { type Sample, sampleOf } from "./sample.js";
import { textOf } from "./server-text.js";

const EVERY_MS = 2000;
/** Ten minutes. */
const MOST = 300;

export interface Watched {
  readonly metrics: Metrics;
  /** Oldest first. */
  readonly samples: readonly Sample[];
}

/** The server's metrics now, and since the page was opened. */
export function useMetrics() {
  const queries = useQueryClient();
  return useQuery<Watched>({
    queryKey: ["metrics"],
    refetchInterval: EVERY_MS,
    queryFn: async ({ signal }) => {
      const metrics = parseMetrics(await textOf("/metrics", "text/plain", signal));
      const samples = queries.getQueryData<Watched>(["metrics"])?.samples ?? [];
      return { metrics, samples: [...samples.slice(1 - MOST), sampleOf(metrics, Date.now())] };
    },
  });
}
