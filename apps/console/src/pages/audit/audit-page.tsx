import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import { Button } from "../../parts/button.js";
import { ErrorNote } from "../../parts/error-note.js";
import { Empty, Loading } from "../../parts/states.js";
import { rightsOf } from "../../session/rights.js";
import { useClient, useSession } from "../../session/session.js";
import { ExportButton } from "../shared/export/export-button.js";
import { NoRight } from "../shared/no-right.js";
import { AUDIT_FIELDS, type AuditSearch, auditFilter } from "./audit-filter.js";
import { AuditFilterBar } from "./audit-filter-bar.js";
import { auditRows } from "./audit-rows.js";
import { AuditTable } from "./audit-table.js";
import { EntryPanel } from "./entry-panel.js";

const PAGE = 100;
const LIVE_MS = 10_000;

export function AuditPage() {
  const { identity } = useSession();
  return rightsOf(identity).administers ? <AuditLog /> : <NoRight title="Audit" />;
}

function AuditLog() {
  const { entry: chosenId, ...search } = useSearch({ from: "/audit" });
  const navigate = useNavigate({ from: "/audit" });
  const client = useClient();
  const filter = auditFilter(search);
  const query = useInfiniteQuery({
    queryKey: ["audit", search],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => client.audit.list({ ...filter, cursor: pageParam, limit: PAGE, signal }),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    // Whoever looks further back keeps what they see.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 1) > 1 ? false : LIVE_MS),
  });
  const entries = query.data?.pages.flatMap((page) => page.entries) ?? [];
  const chosen = entries.find(({ id }) => String(id) === chosenId);
  const isFiltered = AUDIT_FIELDS.some((field) => search[field] !== undefined);
  const change = (values: AuditSearch) => navigate({ search: { ...search, ...values }, replace: true });

  return (
    <div className={chosen ? "page page-split" : "page"}>
      <section className="page-main">
        <header className="page-head">
          <div>
            <h1>Audit</h1>
            <p className="page-sub">Every change, and every refused one</p>
          </div>
          <ExportButton
            name="audit"
            unit={["entry", "entries"]}
            open={async (signal) => auditRows(client.audit.export({ ...filter, signal }))}
          />
        </header>
        <AuditFilterBar search={search} entries={entries} onChange={change} />
        {query.error && <ErrorNote error={query.error} />}
        {query.isPending && <Loading label="Reading the audit log" />}
        {query.data && entries.length === 0 && (
          <Empty icon={<ScrollText size={28} />} title={isFiltered ? "No entry fits" : "Nothing has changed yet"}>
            {isFiltered
              ? "Take a part of the filter away."
              : "Who changed what, with which key and from where, will be listed here."}
          </Empty>
        )}
        {entries.length > 0 && (
          <AuditTable
            entries={entries}
            chosen={chosen?.id}
            onChoose={(id) => navigate({ search: { ...search, entry: String(id) }, replace: true })}
          />
        )}
        {query.hasNextPage && (
          <Button busy={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            Older entries
          </Button>
        )}
      </section>
      {chosen && (
        <EntryPanel
          key={chosen.id}
          entry={chosen}
          onFilter={change}
          onClose={() => navigate({ search, replace: true })}
        />
      )}
    </div>
  );
}
