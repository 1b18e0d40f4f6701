import type { Cell, Key, Row, RowVersion, Table } from "@heliosdb/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { cellText } from "../../cells/cell-text.js";
import { Button } from "../../parts/button.js";
import { Dialog } from "../../parts/dialog.js";
import { ErrorNote } from "../../parts/error-note.js";
import { Loading } from "../../parts/states.js";
import { TimeAgo } from "../../parts/time-ago.js";
import { useClient } from "../../session/session.js";
import { keyColumns } from "./keys/row-key.js";

interface RowHistoryProps {
  readonly branch: string;
  readonly table: Table;
  readonly row: Row;
  readonly onClose: () => void;
}

const PAGE = 50;
const WORDS = { insert: "inserted", update: "changed", delete: "deleted", existing: "was there" } as const;

/** Who made the row what it is, when, and what it was before. */
export function RowHistory({ branch, table, row, onClose }: RowHistoryProps) {
  const client = useClient();
  const key = keyOf(keyColumns(table).map((column) => row[column] ?? null));
  const query = useInfiniteQuery({
    queryKey: ["row-history", branch, table.name, key],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      client.data.rowHistory(branch, table.name, key, { limit: PAGE, cursor: pageParam, signal }),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  const versions = query.data?.pages.flatMap((page) => page.versions) ?? [];
  return (
    <Dialog wide title={`History of ${table.name} ${[key].flat().join(", ")}`} onClose={onClose}>
      <div className="dialog-body">
        {query.isPending && <Loading label="Reading the history" />}
        {query.error && <ErrorNote error={query.error} />}
        <ol className="timeline">
          {versions.map((version, at) => (
            <li key={version.scn} className={`timeline-entry timeline-${version.type}`}>
              <p>
                <strong>{version.author}</strong> {WORDS[version.type]} <TimeAgo date={version.timestamp} /> on{" "}
                <span className="mono">{version.branch ?? "a deleted branch"}</span>, commit{" "}
                <Link
                  to="/branch/$branch/data"
                  params={{ branch }}
                  search={{ table: table.name, at: `scn:${version.scn}` }}
                  className="link mono"
                >
                  {version.scn}
                </Link>
              </p>
              {version.message && <p className="soft">{version.message}</p>}
              <Changed version={version} before={versions[at + 1]} table={table} />
            </li>
          ))}
        </ol>
        {query.hasNextPage && (
          <Button busy={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            Older versions
          </Button>
        )}
      </div>
    </Dialog>
  );
}

interface ChangedProps {
  readonly version: RowVersion;
  readonly before: RowVersion | undefined;
  readonly table: Table;
}

function Changed({ version, before, table }: ChangedProps) {
  const text = (row: Row | null | undefined, column: string) =>
    cellText(row?.[column], table.columns.find(({ name }) => name === column)?.type ?? "text").text;
  const columns = version.type === "update" ? version.changed : Object.keys(version.row ?? {});
  if (version.type === "delete") return null;
  return (
    <dl className="facts">
      {columns.map((column) => (
        <div key={column} className="fact">
          <dt>{column}</dt>
          <dd className="mono">
            {version.type === "update" && before && <del>{text(before.row, column)}</del>}{" "}
            <ins>{text(version.row, column)}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function keyOf(values: readonly Cell[]): Key {
  return values.length === 1 ? values[0]! : values;
}
