import type { Branch } from "@heliosdb/client";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { Button } from "../../parts/button.js";
import { ErrorNote } from "../../parts/error-note.js";
import { TextField } from "../../parts/field.js";
import { useTell } from "../../parts/toasts.js";
import { useChange } from "../../session/queries.js";
import { rightsOf } from "../../session/rights.js";
import { useSession } from "../../session/session.js";
import { counted } from "../../util/text.js";
import { nameFault } from "../branches/dialogs/branch-name.js";
import { branchName } from "./read/guess.js";

/** Long enough for the server to check a large file after its last byte. */
const PATIENCE_MS = 600_000;

export function DatabaseImport({ file, branches }: { readonly file: File; readonly branches: readonly Branch[] }) {
  const { client, identity } = useSession();
  const tell = useTell();
  const navigate = useNavigate();
  const [name, setName] = useState(branchName(file.name));
  const fault = nameFault(
    name,
    branches.map((branch) => branch.name),
  );
  const upload = useChange(
    () => client.branches.upload(name, file, { message: `Import ${file.name}`, requestTimeoutMs: PATIENCE_MS }),
    (branch) => {
      tell(`${branch.name} is there, with ${counted(branch.stats.rows, "row")}.`);
      void navigate({ to: "/branch/$branch/data", params: { branch: branch.name } });
    },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    upload.mutate(undefined);
  };
  if (!rightsOf(identity).administers) {
    return <p className="note">A SQLite file can only be imported with a key that has the scope admin.</p>;
  }
  return (
    <form className="card import-form" onSubmit={submit}>
      <h2>A database</h2>
      <p>
        It becomes a branch of its own, which can be compared with the others and merged into them. The server checks
        the whole file first.
      </p>
      <TextField
        label="Name of the branch"
        value={name}
        error={fault}
        onChange={(event) => setName(event.target.value)}
      />
      {upload.error !== null && <ErrorNote error={upload.error} />}
      <Button type="submit" look="primary" busy={upload.isPending} disabled={fault !== null}>
        Import as {name}
      </Button>
    </form>
  );
}
