import type { CreatedApiKey } from "@heliosdb/client";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "../../parts/button.js";
import { ErrorNote } from "../../parts/error-note.js";
import { CheckField } from "../../parts/field.js";
import { SearchField } from "../../parts/search-field.js";
import { Empty, Loading } from "../../parts/states.js";
import { useKeys } from "../../session/admin-queries.js";
import { rightsOf } from "../../session/rights.js";
import { useSession } from "../../session/session.js";
import { counted } from "../../util/text.js";
import { useSome } from "../../util/use-some.js";
import { NoRight } from "../shared/no-right.js";
import { CreateKey } from "./dialogs/create-key.js";
import { KeyMade } from "./key-made.js";
import { KeyPanel } from "./key-panel.js";
import { foundKeys, isUsable, keyState } from "./key-state.js";
import { KeyTable } from "./key-table.js";

export function KeysPage() {
  const { identity } = useSession();
  return rightsOf(identity).administers ? <Keys own={identity.keyId} /> : <NoRight title="Keys" />;
}

function Keys({ own }: { readonly own: string | null }) {
  const search = useSearch({ from: "/keys" });
  const navigate = useNavigate({ from: "/keys" });
  const { data: keys, error, isPending } = useKeys();
  const [isCreating, setCreating] = useState(false);
  const [made, setMade] = useState<CreatedApiKey | null>(null);
  const withEnded = search.ended === "yes";
  const found = foundKeys(keys ?? [], search.q ?? "", withEnded);
  const { some, rest, more } = useSome(found);
  const chosen = keys?.find(({ id }) => id === search.key);
  const usable = keys?.filter((key) => isUsable(keyState(key))).length ?? 0;
  const choose = (key: string | undefined) => navigate({ search: (old) => ({ ...old, key }), replace: true });
  const create = (
    <Button look="primary" icon={<Plus size={15} />} onClick={() => setCreating(true)}>
      New key
    </Button>
  );

  return (
    <div className={chosen ? "page page-split" : "page"}>
      <section className="page-main">
        <header className="page-head">
          <div>
            <h1>Keys</h1>
            <p className="page-sub">{keys ? `${counted(usable, "key")} in use` : " "}</p>
          </div>
          <div className="page-actions">
            {keys && usable < keys.length && (
              <CheckField
                label={`Show ${counted(keys.length - usable, "ended key")}`}
                checked={withEnded}
                onChange={(event) =>
                  navigate({ search: (old) => ({ ...old, ended: event.target.checked ? "yes" : undefined }) })
                }
              />
            )}
            <SearchField
              label="Find a key"
              within="Name, id, user"
              value={search.q ?? ""}
              onChange={(text) => navigate({ search: (old) => ({ ...old, q: text || undefined }), replace: true })}
            />
            {create}
          </div>
        </header>
        {error && <ErrorNote error={error} />}
        {isPending && <Loading label="Reading the keys" />}
        {keys && usable === 0 && !withEnded && (
          <Empty icon={<KeyRound size={28} />} title="No keys yet" action={create}>
            Give each program and person their own key, with only what they need. The key that the server was started
            with isn't listed.
          </Empty>
        )}
        {found.length === 0 && (withEnded || usable > 0) && keys && (
          <Empty icon={<KeyRound size={28} />} title="No key fits">
            Shorten the text that you look for, or show ended keys too.
          </Empty>
        )}
        {some.length > 0 && <KeyTable keys={some} chosen={chosen?.id} own={own} onChoose={choose} />}
        {rest > 0 && <Button onClick={more}>Show more of {counted(rest, "other key")}</Button>}
      </section>
      {chosen && <KeyPanel key={chosen.id} value={chosen} onClose={() => choose(undefined)} />}
      {isCreating && <CreateKey onClose={() => setCreating(false)} onMade={setMade} />}
      {made && <KeyMade made={made} onClose={() => setMade(null)} />}
    </div>
  );
}
