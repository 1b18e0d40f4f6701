import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Table2 } from "lucide-react";
import { ErrorNote } from "../../parts/error-note.js";
import { Empty, Loading } from "../../parts/states.js";
import { Scrubber } from "../../scrubber/scrubber.js";
import { useTables } from "../../session/queries.js";
import { rightsOf } from "../../session/rights.js";
import { useSession } from "../../session/session.js";
import { PointBadge } from "../shared/point-badge.js";
import { TableList } from "./table-list.js";
import { TableView } from "./table-view.js";

const FROM = "/branch/$branch/data";

export function DataPage() {
  const { branch } = useParams({ from: FROM });
  const { table: named, at } = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const { identity } = useSession();
  const { data: tables, error, isPending, isPlaceholderData } = useTables(branch, at);
  const table = tables?.find(({ name }) => name === named) ?? (named === undefined ? tables?.[0] : undefined);
  const goTo = (point: string | undefined) => navigate({ search: (old) => ({ ...old, at: point }), replace: true });

  return (
    <div className="page page-fill data-page">
      <header className="page-head">
        <h1>
          Data <span className="page-branch">{branch}</span>
        </h1>
        <PointBadge at={at} branch={branch} onNow={() => goTo(undefined)} />
      </header>
      {error && <ErrorNote error={error} />}
      {isPending && <Loading label="Reading the tables" />}
      {tables?.length === 0 && (
        <Empty
          icon={<Table2 size={28} />}
          title={at === undefined ? "This branch has no tables yet" : "There were no tables then"}
          action={
            rightsOf(identity).writes && at === undefined ? (
              <Link to="/import" search={{ branch }} className="button button-primary">
                <span>Import a file</span>
              </Link>
            ) : undefined
          }
        >
          {at === undefined
            ? "Drop a SQLite, CSV or JSON file on the import page, or make a table with SQL."
            : "Move the sun below to a later moment."}
        </Empty>
      )}
      {tables && tables.length > 0 && (
        <div className="data-body">
          <TableList branch={branch} at={at} tables={tables} chosen={table?.name} />
          {table ? (
            <TableView
              key={`${branch} ${table.name}`}
              branch={branch}
              table={table}
              tables={tables}
              at={at}
              isKnown={!isPlaceholderData}
            />
          ) : (
            <Empty
              icon={<Table2 size={28} />}
              title={`There is no table ${named}${at === undefined ? "" : " at that moment"}`}
            >
              Choose one on the left, or move to another moment.
            </Empty>
          )}
        </div>
      )}
      <Scrubber branch={branch} at={at} onMove={goTo} />
    </div>
  );
}
