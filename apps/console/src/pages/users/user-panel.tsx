import type { ApiKey, CreatedApiKey, User } from "@heliosdb/client";
import { Link } from "@tanstack/react-router";
import { Ban, KeyRound, MoreHorizontal, Pencil, ScrollText, Trash2, UserCheck, X } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../../parts/button.js";
import { Fact } from "../../parts/fact.js";
import { Menu } from "../../parts/menu.js";
import { useSession } from "../../session/session.js";
import { fullTime } from "../../util/time.js";
import { CreateKey } from "../keys/dialogs/create-key.js";
import { KeyMade } from "../keys/key-made.js";
import { DeleteUser } from "./delete-user.js";
import { DisableUser } from "./disable-user.js";
import { keysOf } from "./keys-of.js";
import { ROLES } from "./roles.js";
import { UserDialog } from "./user-dialog.js";
import { RoleBadges } from "./user-table.js";

interface UserPanelProps {
  readonly user: User;
  readonly keys: readonly ApiKey[];
  readonly onClose: () => void;
}

/** One user, with their keys. */
export function UserPanel({ user, keys, onClose }: UserPanelProps) {
  const { identity } = useSession();
  const [open, setOpen] = useState<"edit" | "disable" | "delete" | "key" | null>(null);
  const [made, setMade] = useState<CreatedApiKey | null>(null);
  const close = () => setOpen(null);
  const own = keysOf(user.id, keys);
  const isOwn = identity.userId === user.id;
  return (
    <aside className="panel" aria-label={`User ${user.name}`}>
      <header className="panel-head">
        <h2 className="clip">{user.name}</h2>
        <IconButton label="Close" icon={<X size={16} />} onClick={onClose} />
      </header>
      <p className="chips">
        <RoleBadges user={user} />
        <span className="soft">{ROLES.find(([role]) => role === user.role)?.[1]}</span>
      </p>
      <dl className="facts">
        <Fact name="Id">
          <code>{user.id}</code>
        </Fact>
        {user.email !== null && user.email !== user.id && <Fact name="E-mail">{user.email}</Fact>}
        <Fact name="Made">{fullTime(user.createdAt)}</Fact>
        {user.disabledAt && <Fact name="Disabled">{fullTime(user.disabledAt)}</Fact>}
      </dl>
      <h3>Keys</h3>
      {own.length === 0 ? (
        <p className="soft">None in use.</p>
      ) : (
        <ul className="plain-list lines">
          {own.map(({ id, name }) => (
            <li key={id}>
              <Link to="/keys" search={{ key: id }} className="link">
                {name}
              </Link>
            </li>
          ))}
        </ul>
      )}
      <div className="panel-links">
        <Button icon={<KeyRound size={15} />} onClick={() => setOpen("key")}>
          New key
        </Button>
        <Link to="/audit" search={{ user: user.id }} className="button button-plain">
          <ScrollText size={15} aria-hidden="true" />
          <span>What they changed</span>
        </Link>
        <Menu
          trigger={<Button icon={<MoreHorizontal size={15} />}>More</Button>}
          items={[
            { label: "Name, e-mail, role…", icon: <Pencil size={15} />, onSelect: () => setOpen("edit") },
            {
              label: user.disabled ? "Enable…" : "Disable…",
              icon: user.disabled ? <UserCheck size={15} /> : <Ban size={15} />,
              onSelect: () => setOpen("disable"),
            },
            { label: "Delete…", icon: <Trash2 size={15} />, danger: true, onSelect: () => setOpen("delete") },
          ]}
        />
      </div>
      {open === "edit" && <UserDialog user={user} onClose={close} />}
      {open === "disable" && <DisableUser user={user} isOwn={isOwn} onClose={close} />}
      {open === "delete" && <DeleteUser user={user} keys={own} isOwn={isOwn} onClose={close} />}
      {open === "key" && <CreateKey user={user.id} onClose={close} onMade={setMade} />}
      {made && <KeyMade made={made} onClose={() => setMade(null)} />}
    </aside>
  );
}
