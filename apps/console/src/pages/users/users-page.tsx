import { useNavigate, useSearch } from "@tanstack/react-router";
import { Plus, UsersRound } from "lucide-react";
import { useState } from "react";
import { Button } from "../../parts/button.js";
import { ErrorNote } from "../../parts/error-note.js";
import { SearchField } from "../../parts/search-field.js";
import { Empty, Loading } from "../../parts/states.js";
import { useKeys, useUsers } from "../../session/admin-queries.js";
import { rightsOf } from "../../session/rights.js";
import { useSession } from "../../session/session.js";
import { counted } from "../../util/text.js";
import { useSome } from "../../util/use-some.js";
import { NoRight } from "../shared/no-right.js";
import { UserDialog } from "./user-dialog.js";
import { UserPanel } from "./user-panel.js";
import { UserTable } from "./user-table.js";

export function UsersPage() {
  const { identity } = useSession();
  return rightsOf(identity).administers ? <Users /> : <NoRight title="Users" />;
}

function Users() {
  const search = useSearch({ from: "/users" });
  const navigate = useNavigate({ from: "/users" });
  const { data: users, error, isPending } = useUsers();
  const { data: keys } = useKeys();
  const [isCreating, setCreating] = useState(false);
  const wanted = (search.q ?? "").trim().toLowerCase();
  const found = (users ?? []).filter(({ id, name, email }) =>
    [id, name, email].some((each) => each?.toLowerCase().includes(wanted)),
  );
  const { some, rest, more } = useSome(found);
  const chosen = users?.find(({ id }) => id === search.user);
  const choose = (user: string | undefined) => navigate({ search: (old) => ({ ...old, user }), replace: true });
  const create = (
    <Button look="primary" icon={<Plus size={15} />} onClick={() => setCreating(true)}>
      New user
    </Button>
  );
  return (
    <div className={chosen ? "page page-split" : "page"}>
      <section className="page-main">
        <header className="page-head">
          <div>
            <h1>Users</h1>
            <p className="page-sub">{users ? counted(users.length, "user") : " "}</p>
          </div>
          <div className="page-actions">
            <SearchField
              label="Find a user"
              within="Id, name, e-mail"
              value={search.q ?? ""}
              onChange={(text) => navigate({ search: (old) => ({ ...old, q: text || undefined }), replace: true })}
            />
            {create}
          </div>
        </header>
        {error && <ErrorNote error={error} />}
        {isPending && <Loading label="Reading the users" />}
        {users?.length === 0 && (
          <Empty icon={<UsersRound size={28} />} title="No users yet" action={create}>
            A user's role limits all keys and tokens with that user's id at once, also those that were made before.
            Without a user only the scopes of a key apply.
          </Empty>
        )}
        {users && search.user !== undefined && !chosen && users.length > 0 && (
          <p className="note">
            <span>
              There is no user <code>{search.user}</code>, so only the scopes of keys with that id limit them.
            </span>
          </p>
        )}
        {users && users.length > 0 && found.length === 0 && (
          <Empty icon={<UsersRound size={28} />} title="No user is called that">
            Shorten the text that you look for.
          </Empty>
        )}
        {some.length > 0 && <UserTable users={some} keys={keys} chosen={chosen?.id} onChoose={choose} />}
        {rest > 0 && <Button onClick={more}>Show more of {counted(rest, "other user")}</Button>}
      </section>
      {chosen && <UserPanel key={chosen.id} user={chosen} keys={keys ?? []} onClose={() => choose(undefined)} />}
      {isCreating && <UserDialog user={null} onClose={() => setCreating(false)} />}
    </div>
  );
}
