import type { Row, TablePage } from "@heliosdb/client";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useClient } from "../../session/session.js";

export interface RowsRequest {
  readonly branch: string;
  readonly table: string;
  readonly at: string | undefined;
  readonly filter: string | undefined;
  readonly orderBy: string | undefined;
}

/** Views have no cursors, and are read by the numbers of their pages. */
type PageOf = { readonly cursor: string } | { readonly page: number };

const PAGE = 200;

/**
 * The rows that were looked at so far. Pages by cursor are all of the state that the first one read.
 * @param enabled whether the table is known to be there
 */
export function useRows({ branch, table, at, filter, orderBy }: RowsRequest, enabled: boolean) {
  const client = useClient();
  const query = useInfiniteQuery({
    queryKey: ["rows", branch, table, at, filter, orderBy],
    enabled,
    refetchOnWindowFocus: false,
    initialPageParam: { page: 1 } as PageOf,
    queryFn: ({ pageParam, signal }): Promise<TablePage> =>
      client.data.query(branch, table, { ...pageParam, filter, orderBy, asOf: at, limit: PAGE, signal }),
    getNextPageParam: (last): PageOf | undefined => {
      if (last.nextCursor !== null) return { cursor: last.nextCursor };
      return last.hasMore ? { page: (last.page ?? 1) + 1 } : undefined;
    },
    placeholderData: keepPreviousData,
  });
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const rows = useMemo<readonly Row[]>(() => data?.pages.flatMap((page) => page.rows) ?? [], [data]);
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return { ...query, rows, first: data?.pages[0], more };
}
