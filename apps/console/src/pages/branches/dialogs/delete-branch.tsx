import type { Branch } from "@heliosdb/client";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { FormDialog } from "../../../parts/dialog.js";
import { CheckField } from "../../../parts/field.js";
import { useTell } from "../../../parts/toasts.js";
import { useChange } from "../../../session/queries.js";
import { useClient } from "../../../session/session.js";

interface DeleteBranchProps {
  readonly branch: Branch;
  readonly branches: readonly Branch[];
  readonly onClose: () => void;
}

export function DeleteBranch({ branch: { name, isProtected }, branches, onClose }: DeleteBranchProps) {
  const client = useClient();
  const tell = useTell();
  const navigate = useNavigate();
  const [forced, setForced] = useState(false);
  const children = branches.filter(({ parent }) => parent === name).map((child) => child.name);
  const reason = isProtected ? "It is protected. Take the protection off first." : null;
  const remove = useChange(
    () => client.branches.delete(name, { force: forced }),
    () => {
      tell(`${name} is deleted. It can be brought back from “Deleted”.`);
      onClose();
      void navigate({ to: "/branches", search: {} });
    },
  );
  return (
    <FormDialog
      title={`Delete ${name}?`}
      action="Delete branch"
      look="danger"
      onClose={onClose}
      busy={remove.isPending}
      error={remove.error}
      disabled={children.length > 0 || reason !== null}
      onSubmit={() => remove.mutate(undefined)}
    >
      {children.length > 0 ? (
        <p>
          Other branches were made from it: <strong>{children.join(", ")}</strong>. Delete those first.
        </p>
      ) : (
        (reason ?? (
          <p>
            Its changes that were not merged are gone from every list. The name is free at once, and the branch can be
            brought back for some days.
          </p>
        ))
      )}
      <CheckField
        label="Roll back transactions that are open on it"
        checked={forced}
        onChange={(event) => setForced(event.target.checked)}
      />
    </FormDialog>
  );
}
