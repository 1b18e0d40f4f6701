import type { CommitType, HistoryEntry } from "@heliosdb/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { History } from "lucide-react";
import { Button } from "../../parts/button.js";
import { ErrorNote } from "../../parts/error-note.js";
import { Empty, Loading } from "../../parts/states.js";
import { useClient } from "../../session/session.js";
import { CommitList } from "./commit-list.js";
import { CommitView } from "./commit-view.js";
import { HistoryFilter } from "./history-filter.js";

const FROM = "/branch/$branch/history";
const PAGE = 50;

/** What happened on a branch, newest first, and each commit's changes. */
export function HistoryPage() {
  const { branch } = useParams({ from: FROM });
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const client = useClient();
  const query = useInfiniteQuery({
    queryKey: ["history", branch, search.author, search.table, search.kind],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      client.branches.history(branch, {
        ...{ cursor: pageParam, limit: PAGE, signal },
        ...(search.author && { author: search.author }),
        ...(search.table && { table: search.table }),
        ...(search.kind && { kinds: [search.kind as CommitType] }),
      }),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  const entries = query.data?.pages.flatMap((page) => page.entries) ?? [];
  const chosen = entries.find(({ scn }) => String(scn) === search.commit);
  const choose = (entry: HistoryEntry | null) =>
    navigate({ search: (old) => ({ ...old, commit: entry ? String(entry.scn) : undefined }) });
  const isFiltered = search.author !== undefined || search.table !== undefined || search.kind !== undefined;

  return (
    <div className={chosen ? "page page-history" : "page"}>
      <section className="page-main">
        <header className="page-head">
          <h1>
            History <span className="page-branch">{branch}</span>
          </h1>
          <HistoryFilter
            branch={branch}
            author={search.author}
            table={search.table}
            kind={search.kind}
            onChange={(values) =>
              navigate({ search: (old) => ({ ...old, commit: undefined, ...values }), replace: true })
            }
          />
        </header>
        {query.error && <ErrorNote error={query.error} />}
        {query.isPending && <Loading label="Reading the history" />}
        {query.data && entries.length === 0 && (
          <Empty icon={<History size={28} />} title={isFiltered ? "No commit fits" : "Nothing has happened here yet"}>
            {isFiltered
              ? "Take a part of the filter away."
              : "Every change of rows or schema will be listed here as a commit."}
          </Empty>
        )}
        {entries.length > 0 && <CommitList entries={entries} branch={branch} chosen={chosen?.scn} onChoose={choose} />}
        {query.hasNextPage && (
          <Button busy={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            Older commits
          </Button>
        )}
        {query.data?.pages.at(-1)?.truncated && !query.hasNextPage && (
          <p className="soft">Older history was removed by the retention limits.</p>
        )}
      </section>
      {chosen && <CommitView key={chosen.scn} entry={chosen} branch={branch} onClose={() => choose(null)} />}
    </div>
  );
}
