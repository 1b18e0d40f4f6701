import type { Role, User } from "@heliosdb/client";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { FormDialog } from "../../parts/dialog.js";
import { SelectField, TextField } from "../../parts/field.js";
import { useTell } from "../../parts/toasts.js";
import { useChange } from "../../session/queries.js";
import { useClient } from "../../session/session.js";
import { ROLES } from "./roles.js";

/** A new user, or a known one with other facts. */
export function UserDialog({ user, onClose }: { readonly user: User | null; readonly onClose: () => void }) {
  const client = useClient();
  const tell = useTell();
  const navigate = useNavigate();
  const [id, setId] = useState(user?.id ?? "");
  const [name, setName] = useState(user?.name ?? "");
  const [email, setEmail] = useState(user?.email ?? "");
  const [role, setRole] = useState<Role>(user?.role ?? "editor");
  const emailFault = email.trim() !== "" && !/^[^@\s]+@[^@\s]+$/.test(email.trim());
  const isSame = user && name.trim() === user.name && email.trim() === (user.email ?? "") && role === user.role;
  const save = useChange(
    () => {
      const mail = email.trim();
      const common = { name: name.trim(), role };
      if (!user) return client.auth.users.create({ id: id.trim(), ...common, ...(mail !== "" && { email: mail }) });
      return client.auth.users.update(user.id, { ...common, email: mail === "" ? null : mail });
    },
    (saved) => {
      tell(user ? `${saved.name} is saved.` : `${saved.name} is a user now.`);
      onClose();
      void navigate({ to: "/users", search: { user: saved.id }, replace: true });
    },
  );
  return (
    <FormDialog
      title={user ? `Change ${user.name}` : "New user"}
      action={user ? "Save user" : "Create user"}
      onClose={onClose}
      busy={save.isPending}
      error={save.error}
      disabled={id.trim() === "" || name.trim() === "" || emailFault || isSame === true}
      onSubmit={() => save.mutate(undefined)}
    >
      {!user && (
        <TextField
          label="Id"
          value={id}
          maxLength={200}
          autoFocus
          placeholder="alice@example.com"
          hint="As it stands in keys and tokens, and as the author in the history."
          onChange={(event) => setId(event.target.value)}
        />
      )}
      <TextField label="Name" value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
      <TextField
        label="E-mail"
        value={email}
        maxLength={320}
        error={emailFault ? "Expected an e-mail address, such as alice@example.com." : null}
        hint="Optional."
        onChange={(event) => setEmail(event.target.value)}
      />
      <SelectField
        label="Role"
        value={role}
        hint="It limits every key and token of this user, from the next request on."
        onChange={(event) => setRole(event.target.value as Role)}
      >
        {ROLES.map(([each, meaning]) => (
          <option key={each} value={each}>
            {each}: {meaning}
          </option>
        ))}
      </SelectField>
    </FormDialog>
  );
}
