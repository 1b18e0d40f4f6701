import type { Branch, MergeResult, Table, TableChange } from "@heliosdb/client";
import { CheckCircle2, TriangleAlert } from "lucide-react";
import { type FormEvent, useMemo, useState } from "react";
import { TableChanges } from "../../diff/table-changes.js";
import { Button } from "../../parts/button.js";
import { ErrorNote } from "../../parts/error-note.js";
import { CheckField, SelectField, TextField } from "../../parts/field.js";
import { useChange } from "../../session/queries.js";
import { rightsOf } from "../../session/rights.js";
import { useSession } from "../../session/session.js";
import { counted } from "../../util/text.js";
import { type Choices, choosing, isDecidable, resolutionsOf, undecided } from "./choices.js";
import { ConflictList } from "./conflict-list.js";

interface MergePlanProps {
  readonly source: Branch;
  readonly target: string;
  /** Of a dry run. */
  readonly plan: MergeResult;
  readonly changes: readonly TableChange[] | undefined;
  readonly tables: readonly Table[];
  readonly onDone: (result: MergeResult) => void;
}

/** What the merge would do, what is to be decided, and the button that does it. */
export function MergePlan({ source, target, plan, changes, tables, onDone }: MergePlanProps) {
  const { client, identity } = useSession();
  const [choices, setChoices] = useState<Choices>(() => new Map());
  const [rest, setRest] = useState<"" | "source_wins" | "target_wins">("");
  const [message, setMessage] = useState("");
  const [deletes, setDeletes] = useState(false);
  const { conflicts, conflictCount } = plan;
  const open = undecided(conflicts, choices);
  const hidden = conflictCount - conflicts.length;
  const blocked = conflicts.filter((conflict) => !isDecidable(conflict));
  const isEmpty = plan.mergedKeys === 0 && conflictCount === 0;
  const merge = useChange(
    () =>
      client.branches.merge(source.name, {
        targetBranch: target,
        conflictResolution: hidden > 0 && rest !== "" ? rest : "manual",
        resolutions: resolutionsOf(conflicts, choices),
        ifTargetScn: plan.scn,
        deleteAfterMerge: deletes,
        ...(message.trim() !== "" && { message: message.trim() }),
      }),
    onDone,
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    merge.mutate(undefined);
  };
  const summary = useMemo(() => summaryOf(plan, target), [plan, target]);

  return (
    <form className="merge" onSubmit={submit}>
      <section className={`note ${conflictCount > 0 ? "note-warn" : "note-good"}`} role="status">
        {conflictCount > 0 ? (
          <TriangleAlert size={16} aria-hidden="true" />
        ) : (
          <CheckCircle2 size={16} aria-hidden="true" />
        )}
        <div>
          <p>{summary}</p>
        </div>
      </section>
      {changes && changes.length > 0 && (
        <section className="card merge-card" aria-label={`Changes on ${source.name}`}>
          <h2>Changed on {source.name} since it was made</h2>
          <TableChanges tables={changes} />
        </section>
      )}
      {conflicts.length > 0 && (
        <section className="merge-conflicts" aria-label="Conflicts">
          <header className="page-head">
            <h2 aria-live="polite">
              {open === 0 ? "All conflicts are decided" : `${counted(open, "conflict")} to decide`}
            </h2>
            <div className="page-actions">
              <Button className="button-small" onClick={() => setChoices(choosing(choices, conflicts, "source"))}>
                All from {source.name}
              </Button>
              <Button className="button-small" onClick={() => setChoices(choosing(choices, conflicts, "target"))}>
                All from {target}
              </Button>
            </div>
          </header>
          <ConflictList
            conflicts={conflicts}
            choices={choices}
            onChoices={setChoices}
            tables={tables}
            source={source.name}
            target={target}
          />
        </section>
      )}
      {hidden > 0 && (
        <SelectField
          label={`${counted(hidden, "conflict")} that are not listed`}
          value={rest}
          onChange={(event) => setRest(event.target.value as typeof rest)}
        >
          <option value="">Choose a side</option>
          <option value="source_wins">All from {source.name}</option>
          <option value="target_wins">All from {target}</option>
        </SelectField>
      )}
      {!isEmpty && (
        <section className="card merge-card">
          <TextField
            label="Message"
            value={message}
            maxLength={10_000}
            placeholder={`Merge ${source.name}`}
            onChange={(event) => setMessage(event.target.value)}
          />
          {!source.isDefault && rightsOf(identity).writes && (
            <CheckField
              label={`Delete ${source.name} afterwards`}
              checked={deletes}
              onChange={(event) => setDeletes(event.target.checked)}
            />
          )}
          {merge.error !== null && <ErrorNote error={merge.error} />}
          <Button
            type="submit"
            look="primary"
            busy={merge.isPending}
            disabled={open > 0 || blocked.length > 0 || (hidden > 0 && rest === "")}
          >
            Merge into {target}
          </Button>
          <p className="soft">
            One commit on {target}. It is refused if {target} gets another commit before.
          </p>
        </section>
      )}
    </form>
  );
}

function summaryOf({ mergedKeys, conflictCount }: MergeResult, target: string): string {
  if (mergedKeys === 0 && conflictCount === 0) return `Everything is on ${target} already. There is nothing to merge.`;
  const merged = `Merges by itself: ${counted(mergedKeys, "row or definition", "rows and definitions")}.`;
  if (conflictCount === 0) return `${merged} There is no conflict.`;
  return `${merged} ${counted(conflictCount, "conflict needs a decision", "conflicts need a decision")}.`;
}
