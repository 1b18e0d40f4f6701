import type { CreatedApiKey, Scope } from "@heliosdb/client";
import { useId, useState } from "react";
import { FormDialog } from "../../../parts/dialog.js";
import { CheckField, SelectField, TextField } from "../../../parts/field.js";
import { useTenants, useUsers } from "../../../session/admin-queries.js";
import { useChange } from "../../../session/queries.js";
import { useClient, useSession } from "../../../session/session.js";
import { linesOf } from "../../../util/glob.js";
import { EXPIRIES } from "../../shared/expiry.js";
import { patternFault } from "../../shared/pattern-fault.js";
import { LimitFields } from "./limit-fields.js";

interface CreateKeyProps {
  readonly tenant?: string;
  readonly user?: string;
  readonly onClose: () => void;
  readonly onMade: (key: CreatedApiKey) => void;
}

const SCOPES: readonly (readonly [scope: Scope, label: string])[] = [
  ["read", "read: rows, schemas, history"],
  ["write", "write: rows, schemas and branches"],
  ["merge", "merge: branches, protected ones too"],
  ["admin", "admin: everything, keys and users too"],
];

/** A key for a program or a person, with no more than they need. */
export function CreateKey({ tenant, user, onClose, onMade }: CreateKeyProps) {
  const client = useClient();
  const { identity } = useSession();
  const { data: users } = useUsers();
  const { data: tenants } = useTenants();
  const listId = useId();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly Scope[]>(["read"]);
  const [userId, setUserId] = useState(user ?? "");
  const [tenantId, setTenantId] = useState(tenant ?? identity.tenantId);
  const [expires, setExpires] = useState(String(90 * 86_400));
  const [branches, setBranches] = useState("");
  const [tables, setTables] = useState("");
  const isAdmin = scopes.includes("admin");
  const limits = isAdmin ? {} : { branches: linesOf(branches), tables: linesOf(tables) };
  const create = useChange(
    () =>
      client.auth.keys.create({
        ...{ name: name.trim(), scopes: isAdmin ? ["admin"] : scopes },
        ...(userId.trim() !== "" && { userId: userId.trim() }),
        ...(tenantId !== identity.tenantId && { tenantId }),
        ...(expires !== "" && { expiresIn: Number(expires) }),
        ...(limits.branches && limits.branches.length > 0 && { branches: limits.branches }),
        ...(limits.tables && limits.tables.length > 0 && { tables: limits.tables }),
      }),
    (key) => {
      onClose();
      onMade(key);
    },
  );
  const toggle = (scope: Scope, on: boolean) =>
    setScopes((old) => (on ? [...old, scope] : old.filter((each) => each !== scope)));
  return (
    <FormDialog
      title={tenant === undefined ? "New key" : `New key for ${tenant}`}
      action="Create key"
      onClose={onClose}
      busy={create.isPending}
      error={create.error}
      disabled={name.trim() === "" || scopes.length === 0 || (!isAdmin && patternFault(branches) !== null)}
      onSubmit={() => create.mutate(undefined)}
    >
      <TextField
        label="Name"
        value={name}
        maxLength={200}
        autoFocus
        placeholder="Nightly report"
        onChange={(event) => setName(event.target.value)}
      />
      <fieldset className="group">
        <legend>Scopes</legend>
        {SCOPES.map(([scope, label]) => (
          <CheckField
            key={scope}
            label={label}
            checked={scopes.includes(scope) || isAdmin}
            disabled={isAdmin && scope !== "admin"}
            onChange={(event) => toggle(scope, event.target.checked)}
          />
        ))}
        {scopes.length === 0 && <p className="field-error">Expected one scope at least.</p>}
      </fieldset>
      <div className="field-pair">
        <SelectField label="Expires" value={expires} onChange={(event) => setExpires(event.target.value)}>
          {EXPIRIES.map(([seconds, label]) => (
            <option key={seconds} value={seconds}>
              in {label}
            </option>
          ))}
          <option value="">Never</option>
        </SelectField>
        <TextField
          label="User"
          value={userId}
          maxLength={200}
          list={listId}
          placeholder={identity.userId}
          onChange={(event) => setUserId(event.target.value)}
        />
        <datalist id={listId}>
          {users?.map(({ id, name: title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </datalist>
      </div>
      {tenants && tenants.length > 1 && (
        <SelectField label="Tenant" value={tenantId} onChange={(event) => setTenantId(event.target.value)}>
          {tenants.map((each) => (
            <option key={each.name}>{each.name}</option>
          ))}
        </SelectField>
      )}
      {isAdmin ? (
        <p className="soft">A key with the scope admin can't be limited to branches or tables.</p>
      ) : (
        <LimitFields
          branches={branches}
          tables={tables}
          isOwnTenant={tenantId === identity.tenantId}
          onBranches={setBranches}
          onTables={setTables}
        />
      )}
    </FormDialog>
  );
}
