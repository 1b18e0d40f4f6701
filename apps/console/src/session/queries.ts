import type { Branch, BranchList, Snapshot, Table } from "@heliosdb/client";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { rightsOf } from "./rights.js";
import { useClient, useSession } from "./session.js";

const LIVE_MS = 10_000;

/** Active and merged branches, oldest first. */
export function useBranches() {
  const client = useClient();
  return useQuery<BranchList>({
    queryKey: ["branches"],
    queryFn: ({ signal }) => client.branches.list({ signal }),
    refetchInterval: LIVE_MS,
  });
}

export function useBranch(branch: string) {
  const client = useClient();
  return useQuery<Branch>({
    queryKey: ["branch", branch],
    queryFn: ({ signal }) => client.branches.get(branch, { includeStats: true, signal }),
  });
}

/** @param at a point in time in the form of a URL; undefined for now */
export function useTables(branch: string, at: string | undefined) {
  const client = useClient();
  return useQuery<readonly Table[]>({
    queryKey: ["tables", branch, at],
    queryFn: ({ signal }) => client.tables.list(branch, { asOf: at, signal }),
    placeholderData: keepPreviousData,
  });
}

/** Newest first; none for a key that sees no history. */
export function useSnapshots(branch: string) {
  const { client, identity } = useSession();
  return useQuery<readonly Snapshot[]>({
    queryKey: ["snapshots", branch],
    enabled: branch !== "" && rightsOf(identity).history,
    queryFn: ({ signal }) => client.branches.snapshots.list(branch, { signal }),
  });
}

/** A change, after which everything that is shown is read again. */
export function useChange<V, R>(change: (value: V) => Promise<R>, onDone: (result: R, value: V) => void) {
  const queries = useQueryClient();
  return useMutation<R, unknown, V>({
    mutationFn: change,
    onSuccess: (result, value) => {
      void queries.invalidateQueries();
      onDone(result, value);
    },
  });
}
