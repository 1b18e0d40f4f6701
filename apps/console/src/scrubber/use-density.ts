import type { CommitDensity, HeliosDBClient } from "@heliosdb/client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { rightsOf } from "../session/rights.js";
import { useSession } from "../session/session.js";
import { type Bucket, split } from "./steps.js";

export const BUCKETS = 240;
const LIVE_MS = 10_000;
/** Parts that are looked into more closely, so that a burst of commits isn't one bar. */
const CLOSER = 3;

/** The commits of a branch over time, with the fullest parts in more detail where there are few. */
export function useDensity(branch: string) {
  const { client, identity } = useSession();
  return useQuery<CommitDensity>({
    queryKey: ["density", branch],
    enabled: rightsOf(identity).history,
    queryFn: async ({ signal }) => {
      const density = await client.branches.density(branch, { buckets: BUCKETS, signal });
      const fullest = density.buckets
        .filter(({ commits }) => commits > 1 && commits * BUCKETS > density.commits * 4)
        .sort((a, b) => b.commits - a.commits)
        .slice(0, CLOSER);
      const closer = await Promise.all(fullest.map((bucket) => within(client, branch, bucket, signal)));
      return { ...density, buckets: split(density.buckets, fullest, closer) };
    },
    placeholderData: keepPreviousData,
    refetchInterval: LIVE_MS,
  });
}

/** The parts of one part. */
export async function within(
  client: HeliosDBClient,
  branch: string,
  { first, last }: Bucket,
  signal?: AbortSignal,
): Promise<readonly Bucket[]> {
  // A whole second would mean up to its end.
  const until = new Date(last.timestamp.getTime() + (last.timestamp.getTime() % 1000 === 0 ? 1 : 0));
  const { buckets } = await client.branches.density(branch, { from: first.timestamp, until, buckets: BUCKETS, signal });
  return buckets;
}
