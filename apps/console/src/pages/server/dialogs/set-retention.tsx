import type { RetentionSettings } from "@heliosdb/client";
import { useState } from "react";
import { FormDialog } from "../../../parts/dialog.js";
import { TextField } from "../../../parts/field.js";
import { useTell } from "../../../parts/toasts.js";
import { useChange } from "../../../session/queries.js";
import { useClient } from "../../../session/session.js";

const DAY = 86_400;
const MEGABYTE = 1_000_000;

/** Undefined for a text that is no number from 0 on; null for an empty one. */
function numberOf(text: string): number | null | undefined {
  if (text.trim() === "") return null;
  return /^\d{1,9}(\.\d{1,6})?$/.test(text.trim()) ? Number(text) : undefined;
}

export function SetRetention({ now, onClose }: { readonly now: RetentionSettings; readonly onClose: () => void }) {
  const client = useClient();
  const tell = useTell();
  const [days, setDays] = useState(now.historySeconds === null ? "" : String(now.historySeconds / DAY));
  const [size, setSize] = useState(now.historyBytes === null ? "" : String(now.historyBytes / MEGABYTE));
  const [deleted, setDeleted] = useState(String(now.deletedSeconds / DAY));
  const [history, megabytes, kept] = [numberOf(days), numberOf(size), numberOf(deleted)];
  const historySeconds = history == null ? null : Math.round(history * DAY);
  const historyBytes = megabytes == null ? null : Math.round(megabytes * MEGABYTE);
  const isBad = history === undefined || megabytes === undefined || kept === undefined || kept === null;
  const deletedSeconds = Math.round((kept ?? 0) * DAY);
  const lessHistory = isShorter(historySeconds, now.historySeconds) || isShorter(historyBytes, now.historyBytes);
  const lessOfDeleted = isShorter(deletedSeconds, now.deletedSeconds);
  const save = useChange(
    () => client.retention.set({ historySeconds, historyBytes, deletedSeconds }),
    () => {
      tell("The retention is saved.");
      onClose();
    },
  );
  const fault = (value: number | null | undefined) => (value === undefined ? "Expected a number, such as 30." : null);
  return (
    <FormDialog
      title="Retention"
      action="Save retention"
      look={!isBad && (lessHistory || lessOfDeleted) ? "danger" : "primary"}
      onClose={onClose}
      busy={save.isPending}
      error={save.error}
      disabled={isBad}
      onSubmit={() => save.mutate(undefined)}
    >
      <TextField
        label="Days of history"
        inputMode="decimal"
        value={days}
        error={fault(history)}
        hint="Empty to keep all of it."
        onChange={(event) => setDays(event.target.value)}
      />
      <TextField
        label="Megabytes of history of one branch"
        inputMode="decimal"
        value={size}
        error={fault(megabytes)}
        hint="Empty for any size."
        onChange={(event) => setSize(event.target.value)}
      />
      <TextField
        label="Days in which a deleted branch can be brought back"
        inputMode="decimal"
        value={deleted}
        error={kept === null ? "Expected a number, such as 7." : fault(kept)}
        onChange={(event) => setDeleted(event.target.value)}
      />
      {!isBad && lessHistory && (
        <p className="note note-warn">
          History beyond the new limit is removed soon, and can't be brought back. Current data and snapshots stay.
        </p>
      )}
      {!isBad && lessOfDeleted && (
        <p className="note note-warn">
          Branches that were deleted longer ago than that are removed soon, and can't be brought back.
        </p>
      )}
    </FormDialog>
  );
}

/** Null is without a limit. */
function isShorter(next: number | null, now: number | null): boolean {
  return next !== null && (now === null || next < now);
}
