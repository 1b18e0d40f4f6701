import type { CreatedApiKey } from "@heliosdb/client";
import { KeyRound, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "../../parts/button.js";
import { ErrorNote } from "../../parts/error-note.js";
import { Loading } from "../../parts/states.js";
import { TimeAgo } from "../../parts/time-ago.js";
import { useTenants } from "../../session/admin-queries.js";
import { rightsOf } from "../../session/rights.js";
import { useSession } from "../../session/session.js";
import { counted } from "../../util/text.js";
import { useSome } from "../../util/use-some.js";
import { CreateKey } from "../keys/dialogs/create-key.js";
import { KeyMade } from "../keys/key-made.js";
import { NoRight } from "../shared/no-right.js";
import { CreateTenant } from "./dialogs/create-tenant.js";
import { DeleteTenant } from "./dialogs/delete-tenant.js";

/** It belongs to the server. */
const DEFAULT_TENANT = "default";

export function TenantsPage() {
  const { identity } = useSession();
  return rightsOf(identity).operates ? <Tenants own={identity.tenantId} /> : <NoRight title="Tenants" server />;
}

type Open =
  | { readonly what: "create" }
  | { readonly what: "delete"; readonly name: string }
  | { readonly what: "key"; readonly name: string };

function Tenants({ own }: { readonly own: string }) {
  const { data: tenants, error, isPending } = useTenants();
  const { some, rest, more } = useSome(tenants ?? []);
  const [open, setOpen] = useState<Open | null>(null);
  const [made, setMade] = useState<CreatedApiKey | null>(null);
  const close = () => setOpen(null);
  return (
    <div className="page">
      <section className="page-main">
        <header className="page-head">
          <div>
            <h1>Tenants</h1>
            <p className="page-sub">
              {tenants ? `${counted(tenants.length, "tenant")}, each with its own database, keys and users` : " "}
            </p>
          </div>
          <Button look="primary" icon={<Plus size={15} />} onClick={() => setOpen({ what: "create" })}>
            New tenant
          </Button>
        </header>
        {error && <ErrorNote error={error} />}
        {isPending && <Loading label="Reading the tenants" />}
        {some.length > 0 && (
          <div className="card table-card">
            <table className="table">
              <thead>
                <tr>
                  <th>Tenant</th>
                  <th className="wide-only">Made</th>
                  <th>
                    <span className="sr-only">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {some.map(({ name, createdAt }) => (
                  <tr key={name}>
                    <td className="cell-name">
                      <span className="branch-name">{name}</span>
                      {name === own && <span className="badge badge-accent badge-beside">this session</span>}
                    </td>
                    <td className="nowrap wide-only">
                      <TimeAgo date={createdAt} />
                    </td>
                    <td>
                      <span className="row-actions">
                        <Button
                          className="button-small"
                          icon={<KeyRound size={13} />}
                          aria-label={`New key for ${name}`}
                          onClick={() => setOpen({ what: "key", name })}
                        >
                          New key
                        </Button>
                        {name !== DEFAULT_TENANT && (
                          <Button
                            className="button-small"
                            icon={<Trash2 size={13} />}
                            aria-label={`Delete ${name}`}
                            onClick={() => setOpen({ what: "delete", name })}
                          >
                            Delete…
                          </Button>
                        )}
                      </span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        {tenants?.length === 1 && (
          <p className="soft">
            Whoever gets a key of another tenant sees that tenant's branches only, and nothing of this one. Make an
            admin key for each, then they manage themselves.
          </p>
        )}
        {rest > 0 && <Button onClick={more}>Show more of {counted(rest, "other tenant")}</Button>}
      </section>
      {open?.what === "create" && <CreateTenant onClose={close} />}
      {open?.what === "delete" && <DeleteTenant name={open.name} onClose={close} />}
      {open?.what === "key" && <CreateKey tenant={open.name} onClose={close} onMade={setMade} />}
      {made && <KeyMade made={made} onClose={() => setMade(null)} />}
    </div>
  );
}
