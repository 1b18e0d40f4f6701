import type { Branch } from "@heliosdb/client";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { GitBranch, List, Network, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "../../parts/button.js";
import { ErrorNote } from "../../parts/error-note.js";
import { SearchField } from "../../parts/search-field.js";
import { Empty, Loading } from "../../parts/states.js";
import { useBranches } from "../../session/queries.js";
import { rightsOf } from "../../session/rights.js";
import { useSession } from "../../session/session.js";
import { counted } from "../../util/text.js";
import { BranchPanel } from "./branch-panel.js";
import { BranchTable } from "./branch-table.js";
import { CreateBranch } from "./dialogs/create-branch.js";
import { DeletedBranches } from "./dialogs/deleted-branches.js";
import { GraphView } from "./graph-view.js";
import { listed, sortOf, sortText } from "./sort-branches.js";

export function BranchesPage() {
  const search = useSearch({ from: "/branches" });
  const navigate = useNavigate({ from: "/branches" });
  const { identity } = useSession();
  const { writes, history } = rightsOf(identity);
  const { data, error, isPending } = useBranches();
  const [dialog, setDialog] = useState<"create" | "deleted" | null>(null);
  const sort = sortOf(search.sort);
  const shown = listed(data?.branches ?? [], search.q ?? "", sort);
  const chosen = data?.branches.find(({ name }) => name === search.branch);
  const view = search.view === "list" || !history ? "list" : "graph";
  const choose = (branch: Branch | null) =>
    navigate({ search: (old) => ({ ...old, branch: branch?.name }), replace: true });

  return (
    <div className={chosen ? "page page-split" : "page"}>
      <section className="page-main">
        <header className="page-head">
          <div>
            <h1>Branches</h1>
            <p className="page-sub">{data ? counted(data.branches.length, "branch", "branches") : " "}</p>
          </div>
          <div className="page-actions">
            {history && (
              <div className="switch" role="group" aria-label="View">
                {(["graph", "list"] as const).map((each) => (
                  <button
                    key={each}
                    type="button"
                    aria-pressed={each === view}
                    onClick={() =>
                      navigate({ search: (old) => ({ ...old, view: each === "graph" ? undefined : each }) })
                    }
                  >
                    {each === "graph" ? (
                      <Network size={15} aria-hidden="true" />
                    ) : (
                      <List size={15} aria-hidden="true" />
                    )}
                    {each === "graph" ? "Graph" : "List"}
                  </button>
                ))}
              </div>
            )}
            <SearchField
              label={view === "graph" ? "Find branches and commits" : "Find a branch"}
              within={view === "graph" ? "Name, author, message" : "Find a branch"}
              value={search.q ?? ""}
              onChange={(text) => navigate({ search: (old) => ({ ...old, q: text || undefined }), replace: true })}
            />
            {writes && (
              <>
                <Button icon={<Trash2 size={15} />} onClick={() => setDialog("deleted")}>
                  Deleted
                </Button>
                <Button look="primary" icon={<Plus size={15} />} onClick={() => setDialog("create")}>
                  New branch
                </Button>
              </>
            )}
          </div>
        </header>
        {error && <ErrorNote error={error} />}
        {isPending && <Loading label="Reading the branches" />}
        {view === "graph" && data && (
          <GraphView
            branches={data.branches}
            text={search.q ?? ""}
            onBranch={(name) => navigate({ search: (old) => ({ ...old, branch: name }), replace: true })}
          />
        )}
        {view === "list" && data && shown.length === 0 && (
          <Empty icon={<GitBranch size={28} />} title="No branch is called that">
            Shorten the text that you look for.
          </Empty>
        )}
        {view === "list" && shown.length > 0 && (
          <BranchTable
            branches={shown}
            chosen={chosen?.name}
            sort={sort}
            onSort={(next) => navigate({ search: (old) => ({ ...old, sort: sortText(next) }), replace: true })}
            onChoose={choose}
          />
        )}
      </section>
      {chosen && <BranchPanel key={chosen.id} branch={chosen} onClose={() => choose(null)} />}
      {dialog === "create" && (
        <CreateBranch from={chosen?.name ?? "main"} branches={data?.branches ?? []} onClose={() => setDialog(null)} />
      )}
      {dialog === "deleted" && <DeletedBranches onClose={() => setDialog(null)} />}
    </div>
  );
}
