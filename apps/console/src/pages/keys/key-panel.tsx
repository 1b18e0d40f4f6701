import type { ApiKey } from "@heliosdb/client";
import { Link } from "@tanstack/react-router";
import { Ban, KeyRound, MoreHorizontal, Pencil, RefreshCw, ScrollText, Signature, X } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../../parts/button.js";
import { Fact } from "../../parts/fact.js";
import { Menu } from "../../parts/menu.js";
import { useSession } from "../../session/session.js";
import { fullTime } from "../../util/time.js";
import { SecretDialog } from "../shared/secret-dialog.js";
import { RenameKey } from "./dialogs/rename-key.js";
import { RevokeKey } from "./dialogs/revoke-key.js";
import { RevokeSigningSecret } from "./dialogs/revoke-signing-secret.js";
import { RotateKey } from "./dialogs/rotate-key.js";
import { KeyStateBadge, ScopeBadges } from "./key-badges.js";
import { isUsable, keyState } from "./key-state.js";

interface KeyPanelProps {
  readonly value: ApiKey;
  readonly onClose: () => void;
}

type Open = "rename" | "rotate" | "sign" | "unsign" | "revoke" | null;

/** One key: what it may do, and what can be done with it. */
export function KeyPanel({ value, onClose }: KeyPanelProps) {
  const { identity } = useSession();
  const [open, setOpen] = useState<Open>(null);
  const [secret, setSecret] = useState<{ readonly of: "key" | "signing"; readonly text: string } | null>(null);
  const close = () => setOpen(null);
  const isOwn = identity.keyId === value.id;
  const usable = isUsable(keyState(value));
  return (
    <aside className="panel" aria-label={`Key ${value.name}`}>
      <header className="panel-head">
        <h2 className="clip">{value.name}</h2>
        <IconButton label="Close" icon={<X size={16} />} onClick={onClose} />
      </header>
      <p className="chips">
        <KeyStateBadge value={value} />
        {isOwn && <span className="badge badge-accent">this session is signed in with it</span>}
      </p>
      <dl className="facts">
        <Fact name="Id">
          <code>{value.id}</code>
        </Fact>
        <Fact name="Scopes">
          <ScopeBadges scopes={value.scopes} />
        </Fact>
        <Fact name="Branches">{value.branches ? <Names names={value.branches} /> : "all"}</Fact>
        <Fact name="Tables">{value.tables ? <Names names={value.tables} /> : "all"}</Fact>
        <Fact name="User">
          <Link to="/users" search={{ user: value.userId }} className="link">
            {value.userId}
          </Link>
        </Fact>
        {value.clientId !== null && <Fact name="Client">{value.clientId}</Fact>}
        <Fact name="Made">{fullTime(value.createdAt)}</Fact>
        <Fact name="Ends">{value.expiresAt ? fullTime(value.expiresAt) : "never"}</Fact>
        {value.rotatedAt && <Fact name="Rotated">{fullTime(value.rotatedAt)}</Fact>}
        {value.signingSecretAt && <Fact name="Signing secret">{fullTime(value.signingSecretAt)}</Fact>}
        {value.revokedAt && <Fact name="Revoked">{fullTime(value.revokedAt)}</Fact>}
      </dl>
      <div className="panel-links">
        <Link to="/audit" search={{ key: value.id }} className="button button-plain">
          <ScrollText size={15} aria-hidden="true" />
          <span>What it changed</span>
        </Link>
        {usable && (
          <>
            <Button icon={<RefreshCw size={15} />} onClick={() => setOpen("rotate")}>
              Rotate…
            </Button>
            <Menu
              trigger={<Button icon={<MoreHorizontal size={15} />}>More</Button>}
              items={[
                { label: "Rename…", icon: <Pencil size={15} />, onSelect: () => setOpen("rename") },
                {
                  label: value.signingSecretAt ? "Replace the signing secret…" : "Make a signing secret…",
                  icon: <Signature size={15} />,
                  onSelect: () => setOpen("sign"),
                },
                ...(value.signingSecretAt
                  ? [
                      {
                        label: "Revoke the signing secret…",
                        icon: <Ban size={15} />,
                        danger: true,
                        onSelect: () => setOpen("unsign"),
                      },
                    ]
                  : []),
                {
                  label: "Revoke…",
                  icon: <KeyRound size={15} />,
                  danger: true,
                  onSelect: () => setOpen("revoke"),
                },
              ]}
            />
          </>
        )}
      </div>
      {open === "rename" && <RenameKey value={value} onClose={close} />}
      {(open === "rotate" || open === "sign") && (
        <RotateKey
          value={value}
          isOwn={isOwn}
          of={open === "sign" ? "signing" : "key"}
          onClose={close}
          onMade={(text) => setSecret({ of: open === "sign" ? "signing" : "key", text })}
        />
      )}
      {open === "unsign" && <RevokeSigningSecret value={value} onClose={close} />}
      {open === "revoke" && <RevokeKey value={value} isOwn={isOwn} onClose={close} />}
      {secret && (
        <SecretDialog
          title={secret.of === "key" ? `New secret of ${value.name}` : `Signing secret of ${value.name}`}
          label={secret.of === "key" ? "Key" : "Signing secret"}
          secret={secret.text}
          onClose={() => setSecret(null)}
        >
          {secret.of === "signing" ? (
            <p className="soft">
              Requests of the SQLExec API are signed with it; they send <code>{value.id}</code> as{" "}
              <code>X-API-Key</code>.
            </p>
          ) : (
            isOwn && <p>Sign out, and in again with the new key.</p>
          )}
        </SecretDialog>
      )}
    </aside>
  );
}

function Names({ names }: { readonly names: readonly string[] }) {
  return (
    <span className="chips">
      {names.map((name) => (
        <code key={name} className="badge badge-name">
          {name}
        </code>
      ))}
    </span>
  );
}
