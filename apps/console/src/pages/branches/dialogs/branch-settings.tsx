import type { Branch, UpdateBranch } from "@heliosdb/client";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { FormDialog } from "../../../parts/dialog.js";
import { CheckField, TextField } from "../../../parts/field.js";
import { useTell } from "../../../parts/toasts.js";
import { useBranches, useChange } from "../../../session/queries.js";
import { rightsOf } from "../../../session/rights.js";
import { useClient, useSession } from "../../../session/session.js";
import { localInput } from "../../../util/time.js";
import { nameFault } from "./branch-name.js";

export function BranchSettings({ branch, onClose }: { readonly branch: Branch; readonly onClose: () => void }) {
  const client = useClient();
  const { identity } = useSession();
  const tell = useTell();
  const navigate = useNavigate();
  const { data } = useBranches();
  const [name, setName] = useState(branch.name);
  const [displayName, setDisplayName] = useState(branch.displayName ?? "");
  const [isProtected, setProtected] = useState(branch.isProtected);
  const [readOnly, setReadOnly] = useState(branch.readOnly);
  const [expires, setExpires] = useState(branch.expiresAt === null ? "" : localInput(branch.expiresAt));
  const others = (data?.branches ?? []).map((each) => each.name).filter((each) => each !== branch.name);
  const fault = nameFault(name, others);
  const expiresAt = expires === "" ? null : new Date(expires);
  const isPast = expiresAt !== null && expiresAt.getTime() <= Date.now();
  const request: UpdateBranch = {
    ...(name !== branch.name && { name }),
    ...(displayName !== (branch.displayName ?? "") && { displayName: displayName === "" ? null : displayName }),
    ...(isProtected !== branch.isProtected && { isProtected }),
    ...(readOnly !== branch.readOnly && { readOnly }),
    ...(expiresAt?.getTime() !== branch.expiresAt?.getTime() &&
      expires !== (branch.expiresAt ? localInput(branch.expiresAt) : "") && { expiresAt }),
  };
  const save = useChange(
    () => client.branches.update(branch.name, request),
    (saved) => {
      tell(`The settings of ${saved.name} are saved.`);
      onClose();
      void navigate({ to: "/branches", search: { branch: saved.name }, replace: true });
    },
  );
  return (
    <FormDialog
      title={`Settings of ${branch.name}`}
      action="Save settings"
      onClose={onClose}
      busy={save.isPending}
      error={save.error}
      disabled={fault !== null || isPast || Object.keys(request).length === 0}
      onSubmit={() => save.mutate(undefined)}
    >
      {!branch.isDefault && (
        <TextField
          label="Name"
          value={name}
          error={fault}
          hint="Programs that use the old name no longer find the branch."
          onChange={(event) => setName(event.target.value)}
        />
      )}
      <TextField
        label="Title"
        value={displayName}
        maxLength={100}
        onChange={(event) => setDisplayName(event.target.value)}
      />
      {!branch.isDefault && (
        <TextField
          label="Expires"
          type="datetime-local"
          step={1}
          value={expires}
          error={isPast ? "Expected a time to come." : null}
          hint="It is deleted within a minute after that. Empty for never."
          onChange={(event) => setExpires(event.target.value)}
        />
      )}
      <CheckField
        label="Protected: no direct writes, no deletion, and merges only by keys with the scope merge"
        checked={isProtected}
        disabled={!rightsOf(identity).administers}
        onChange={(event) => setProtected(event.target.checked)}
      />
      <CheckField
        label="Read-only: refuses every write and every merge"
        checked={readOnly}
        onChange={(event) => setReadOnly(event.target.checked)}
      />
    </FormDialog>
  );
}
