import type { BranchStateRef, RowDifference, SchemaDifference } from "@heliosdb/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Equal } from "lucide-react";
import { Button } from "../parts/button.js";
import { ErrorNote } from "../parts/error-note.js";
import { Empty, Loading } from "../parts/states.js";
import { useClient } from "../session/session.js";
import { counted } from "../util/text.js";
import { byTable } from "./by-table.js";
import { RowsDiff } from "./rows-diff.js";
import { SchemaDiff } from "./schema-diff.js";
import { ChangeCounts } from "./table-changes.js";

export interface DiffRequest {
  /** Undefined: what the branch changed since it was made. */
  readonly from: BranchStateRef | undefined;
  readonly branch: string;
  readonly at: string | undefined;
}

interface DiffViewProps extends DiffRequest {
  /** Only this one. */
  readonly table: string | undefined;
  readonly onTable: (table: string | undefined) => void;
}

const PAGE = 300;

/** What turns one state into another: counts first, then the schema, then rows cell by cell. */
export function DiffView({ from, branch, at, table, onTable }: DiffViewProps) {
  const client = useClient();
  const counts = useInfiniteQuery({
    queryKey: ["diff-counts", from, branch, at],
    initialPageParam: undefined,
    queryFn: ({ signal }) => client.branches.diff(branch, { from, asOf: at, limit: 0, signal }),
    getNextPageParam: () => undefined,
  });
  const summary = counts.data?.pages[0];
  const shown = table !== undefined && summary?.tables.some((each) => each.table === table) ? table : undefined;
  const rows = useInfiniteQuery({
    queryKey: ["diff", from, branch, at, shown],
    enabled: summary !== undefined && summary.tables.length > 0,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      client.branches.diff(branch, {
        ...{ from, asOf: at, limit: PAGE, cursor: pageParam, signal },
        ...(shown !== undefined && { tables: [shown] }),
      }),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  if (counts.error) return <ErrorNote error={counts.error} />;
  if (!summary) return <Loading label="Comparing" rows={8} />;
  if (summary.tables.length === 0 && summary.schema.length === 0) {
    return (
      <Empty icon={<Equal size={28} />} title="No difference">
        Both states have the same schema and the same rows.
      </Empty>
    );
  }
  const read: readonly RowDifference[] = rows.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <div className="diff">
      <ul className="diff-tables plain-list" aria-label="Tables that differ">
        {summary.tables.map((each) => (
          <li key={each.table}>
            <button
              type="button"
              className="diff-table"
              aria-pressed={each.table === shown}
              onClick={() => onTable(each.table === shown ? undefined : each.table)}
            >
              <span className="mono">{each.table}</span>
              <ChangeCounts {...each} />
            </button>
          </li>
        ))}
      </ul>
      {shown === undefined && <SchemaSection changes={summary.schema} />}
      {rows.error && <ErrorNote error={rows.error} />}
      {rows.isLoading && <Loading label="Reading the rows" />}
      {byTable(read).map(({ table: name, rows: differences }) => (
        <RowsDiff key={name} table={name} rows={differences} />
      ))}
      {rows.hasNextPage && (
        <Button busy={rows.isFetchingNextPage} onClick={() => rows.fetchNextPage()}>
          More rows ({counted(read.length, "row")} shown)
        </Button>
      )}
    </div>
  );
}

function SchemaSection({ changes }: { readonly changes: readonly SchemaDifference[] }) {
  if (changes.length === 0) return null;
  return (
    <section className="card diff-card" aria-label="Schema">
      <h2 className="diff-head">Schema</h2>
      {changes.map((change) => (
        <SchemaDiff key={`${change.type} ${change.name}`} change={change} />
      ))}
    </section>
  );
}
