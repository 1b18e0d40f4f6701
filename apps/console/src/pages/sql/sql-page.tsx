import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Bookmark, LibraryBig, Play, Square, Workflow } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "../../parts/button.js";
import { TextField } from "../../parts/field.js";
import { Empty } from "../../parts/states.js";
import { Scrubber } from "../../scrubber/scrubber.js";
import { useTables } from "../../session/queries.js";
import { useClient } from "../../session/session.js";
import { parameterValue } from "../../sqltext/parameter-value.js";
import { statementAt, statementsOf } from "../../sqltext/statements.js";
import { counted } from "../../util/text.js";
import { PointBadge } from "../shared/point-badge.js";
import { draftOf, saveDraft } from "./draft.js";
import { Editor, type Selection } from "./editor.js";
import { type PastRun, withRun, withSaved } from "./kept/kept.js";
import { KeptQueries } from "./kept/kept-queries.js";
import { SaveQuery } from "./kept/save-query.js";
import { useKept } from "./kept/use-kept.js";
import { Outcomes } from "./outcomes.js";
import { failureOf, type Outcome, run } from "./run.js";

const FROM = "/branch/$branch/sql";

export function SqlPage() {
  const { branch } = useParams({ from: FROM });
  const { at } = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const client = useClient();
  const queries = useQueryClient();
  const { data: tables } = useTables(branch, at);
  const [text, setText] = useState(() => draftOf(branch));
  const [selection, setSelection] = useState<Selection>({ from: 0, to: 0 });
  const [typed, setTyped] = useState<readonly string[]>([]);
  const [outcomes, setOutcomes] = useState<readonly Outcome[] | null>(null);
  const [running, setRunning] = useState<AbortController | null>(null);
  const last = useRef<AbortController | null>(null);
  const [kept, changeKept] = useKept();
  const [open, setOpen] = useState<"save" | "queries" | null>(null);
  const close = () => setOpen(null);
  const take = (next: string) => {
    setText(next);
    saveDraft(branch, next);
  };

  const isSelected = selection.to > selection.from;
  const chosen = isSelected ? statementsOf(text.slice(selection.from, selection.to)) : statementsOf(text);
  const parameters = Math.max(0, ...chosen.map((statement) => statement.parameters));
  const params = Array.from({ length: parameters }, (_, index) => parameterValue(typed[index] ?? ""));

  const start = async (planOnly: boolean) => {
    const here = statementAt(chosen, selection.from);
    const statements = planOnly && !isSelected && here ? [here] : chosen;
    if (statements.length === 0) return;
    last.current?.abort();
    const controller = new AbortController();
    last.current = controller;
    setRunning(controller);
    setOutcomes([]);
    let hasWritten = false;
    const began = Date.now();
    let failed: PastRun["failed"] = null;
    for await (const outcome of run(client, { branch, at, statements, params, planOnly, signal: controller.signal })) {
      if (last.current !== controller) return;
      hasWritten ||= outcome.kind === "done";
      failed = failureOf(outcome);
      setOutcomes((all) => [...(all ?? []), outcome]);
    }
    setRunning(null);
    if (!planOnly) {
      const sql = statements.map((statement) => statement.sql).join(";\n");
      changeKept((old) => withRun(old, { sql, branch, time: began, ms: Date.now() - began, failed }));
    }
    if (hasWritten) void queries.invalidateQueries();
  };
  const goTo = (point: string | undefined) => navigate({ search: { at: point }, replace: true });

  return (
    <div className="page page-fill sql-page">
      <header className="page-head">
        <h1>
          SQL <span className="page-branch">{branch}</span>
        </h1>
        <PointBadge at={at} branch={branch} onNow={() => goTo(undefined)} />
      </header>
      <div className="card sql-card">
        <Editor text={text} tables={tables ?? []} onChange={take} onSelect={setSelection} onRun={() => start(false)} />
        {parameters > 0 && (
          <div className="sql-parameters">
            {params.map((_, index) => (
              <TextField
                // biome-ignore lint/suspicious/noArrayIndexKey: parameters are told apart by their numbers
                key={index}
                label={`$${index + 1}`}
                placeholder="42, true, null, or a text"
                value={typed[index] ?? ""}
                onChange={(event) => {
                  const next = [...typed];
                  next[index] = event.target.value;
                  setTyped(next.map((each) => each ?? ""));
                }}
              />
            ))}
          </div>
        )}
        <div className="sql-bar">
          {running ? (
            <Button look="danger" icon={<Square size={13} />} onClick={() => running.abort()}>
              Cancel
            </Button>
          ) : (
            <Button
              look="primary"
              icon={<Play size={14} />}
              disabled={chosen.length === 0}
              onClick={() => start(false)}
            >
              {isSelected ? "Run selection" : chosen.length > 1 ? `Run ${counted(chosen.length, "statement")}` : "Run"}
            </Button>
          )}
          <Button
            icon={<Workflow size={14} />}
            disabled={running !== null || !chosen.some(({ reads }) => reads)}
            onClick={() => start(true)}
          >
            Plan
          </Button>
          <Button icon={<Bookmark size={14} />} disabled={text.trim() === ""} onClick={() => setOpen("save")}>
            Save
          </Button>
          <Button icon={<LibraryBig size={14} />} onClick={() => setOpen("queries")}>
            Queries
          </Button>
          <span className="soft wide-only">
            <kbd>Ctrl Enter</kbd> runs. Each statement that writes is a commit.
          </span>
        </div>
      </div>
      <div className="sql-results" aria-live="polite">
        {outcomes === null ? (
          <Empty title="Ask something">
            Results appear here. Statements run on {branch}
            {at === undefined ? "" : ", as it was then"}.
          </Empty>
        ) : (
          <Outcomes outcomes={outcomes} isRunning={running !== null} branch={branch} at={at} />
        )}
      </div>
      <Scrubber branch={branch} at={at} onMove={goTo} />
      {open === "save" && (
        <SaveQuery
          kept={kept}
          sql={isSelected ? text.slice(selection.from, selection.to) : text}
          onSave={(name) =>
            changeKept((old) =>
              withSaved(old, { name, sql: isSelected ? text.slice(selection.from, selection.to) : text }),
            )
          }
          onClose={close}
        />
      )}
      {open === "queries" && (
        <KeptQueries
          kept={kept}
          onChange={changeKept}
          onOpen={(sql) => {
            take(sql);
            close();
          }}
          onClose={close}
        />
      )}
    </div>
  );
}
