import type { Branch } from "@heliosdb/client";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { FormDialog } from "../../../parts/dialog.js";
import { SelectField, TextField } from "../../../parts/field.js";
import { useTell } from "../../../parts/toasts.js";
import { pointOf, pointText, typedPoint } from "../../../point/point.js";
import { PointField } from "../../../point/point-field.js";
import { useChange } from "../../../session/queries.js";
import { useClient } from "../../../session/session.js";
import { nameFault } from "./branch-name.js";

interface CreateBranchProps {
  readonly from: string;
  readonly at?: string;
  readonly branches: readonly Branch[];
  readonly onClose: () => void;
}

export function CreateBranch({ from, at, branches, onClose }: CreateBranchProps) {
  const client = useClient();
  const tell = useTell();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [parent, setParent] = useState(from);
  const [typed, setTyped] = useState(() => typedPoint(at));
  const point = pointOf(typed);
  const fault =
    name === ""
      ? null
      : nameFault(
          name,
          branches.map((branch) => branch.name),
        );
  const create = useChange(
    () => client.branches.create({ name, sourceBranch: parent, ...(point && { asOf: point }) }),
    (branch) => {
      tell(`${branch.name} is there, made from ${parent}.`);
      onClose();
      void navigate({ to: "/branches", search: { branch: branch.name } });
    },
  );
  return (
    <FormDialog
      title="New branch"
      action="Create branch"
      onClose={onClose}
      busy={create.isPending}
      error={create.error}
      disabled={name === "" || fault !== null || point === null}
      onSubmit={() => create.mutate(undefined)}
    >
      <TextField label="Name" value={name} error={fault} autoFocus onChange={(event) => setName(event.target.value)} />
      <SelectField label="From" value={parent} onChange={(event) => setParent(event.target.value)}>
        {branches.map((branch) => (
          <option key={branch.id}>{branch.name}</option>
        ))}
      </SelectField>
      <PointField label="As it is" branch={parent} value={typed} onChange={setTyped} />
      <p className="soft">
        Nothing is copied: the branch starts with all that {parent} has {point ? `at ${pointText(point)}` : "now"}, and
        writes on either are not seen on the other.
      </p>
    </FormDialog>
  );
}
