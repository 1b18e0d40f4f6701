import type { ApiKey } from "@heliosdb/client";
import { useState } from "react";
import { FormDialog } from "../../../parts/dialog.js";
import { SelectField } from "../../../parts/field.js";
import { useChange } from "../../../session/queries.js";
import { useClient } from "../../../session/session.js";
import { GRACES } from "../../shared/expiry.js";

interface RotateKeyProps {
  readonly value: ApiKey;
  readonly isOwn: boolean;
  /** Its own secret, or the one that signs requests in its place. */
  readonly of: "key" | "signing";
  readonly onClose: () => void;
  readonly onMade: (secret: string) => void;
}

/** A new secret for a key that stays what it is. */
export function RotateKey({ value, isOwn, of, onClose, onMade }: RotateKeyProps) {
  const client = useClient();
  const [grace, setGrace] = useState("0");
  const hasOld = of === "key" || value.signingSecretAt !== null;
  const rotate = useChange(
    async () => {
      const request = { grace: Number(grace) };
      if (of === "key") return (await client.auth.keys.rotate(value.id, request)).key;
      return (await client.auth.keys.createSigningSecret(value.id, request)).signingSecret;
    },
    (secret) => {
      onClose();
      onMade(secret);
    },
  );
  return (
    <FormDialog
      title={of === "key" ? `Rotate ${value.name}` : `Signing secret for ${value.name}`}
      action={of === "key" ? "Rotate key" : "Make secret"}
      onClose={onClose}
      busy={rotate.isPending}
      error={rotate.error}
      onSubmit={() => rotate.mutate(undefined)}
    >
      <p>
        {of === "key"
          ? "The key gets a new secret. Its id, scopes and limits stay."
          : "A program signs its requests with the secret and never sends the key itself. That is for the SQLExec API."}
      </p>
      {hasOld && (
        <SelectField
          label="The old one stays valid for"
          value={grace}
          hint="Long enough to bring the new one to every program that uses it."
          onChange={(event) => setGrace(event.target.value)}
        >
          {GRACES.map(([seconds, label]) => (
            <option key={seconds} value={seconds}>
              {label}
            </option>
          ))}
        </SelectField>
      )}
      {isOwn && of === "key" && grace === "0" && (
        <p className="note note-warn">This session is signed in with this key. Sign in with the new one afterwards.</p>
      )}
    </FormDialog>
  );
}
