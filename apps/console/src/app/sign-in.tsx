import { type FormEvent, useState } from "react";
import { Button } from "../parts/button.js";
import { ErrorNote } from "../parts/error-note.js";
import { TextField } from "../parts/field.js";
import { Sun } from "../parts/sun.js";
import { type Credential, credentialOf } from "../session/credential.js";
import { SERVER } from "../session/session.js";

interface SignInProps {
  readonly error: unknown;
  /** Where the server asks for nothing, but wasn't reached. */
  readonly onRetry: (() => void) | null;
  readonly onSignIn: (credential: Credential) => void;
}

export function SignIn({ error, onRetry, onSignIn }: SignInProps) {
  const [typed, setTyped] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (onRetry) onRetry();
    else if (typed.trim() !== "") onSignIn(credentialOf(typed));
  };
  return (
    <main className="sign-in">
      <form className="sign-in-card" onSubmit={submit}>
        <span className="sign-in-mark">
          <Sun size={44} />
        </span>
        <h1>HeliosDB</h1>
        <p className="sign-in-server">{SERVER}</p>
        {error !== null && <ErrorNote error={error} />}
        {onRetry ? (
          <Button type="submit" look="primary">
            Try again
          </Button>
        ) : (
          <>
            <TextField
              label="API key or token"
              type="password"
              autoFocus
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              hint={
                <>
                  The first start of the server prints an admin key, and keeps it in <code>data/admin.key</code>. It is
                  kept here until this tab is closed.
                </>
              }
            />
            <Button type="submit" look="primary" disabled={typed.trim() === ""}>
              Sign in
            </Button>
          </>
        )}
      </form>
    </main>
  );
}
