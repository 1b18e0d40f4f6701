import { isHeliosDBError } from "@heliosdb/client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Toasts } from "../parts/toasts.js";
import { type Credential, forgetCredential, saveCredential, savedCredential } from "../session/credential.js";
import { clientWith, type Session, SessionProvider } from "../session/session.js";
import { router } from "./router.js";
import { SignIn } from "./sign-in.js";
import { Starting } from "./starting.js";

/** Written into the page by the server. */
const IS_OPEN = document.querySelector('meta[name="heliosdb-auth"]')?.getAttribute("content") === "off";

type State =
  | { readonly step: "asking"; readonly error: unknown }
  | { readonly step: "checking"; readonly credential: Credential }
  | { readonly step: "in"; readonly session: Omit<Session, "signOut"> };

/** The URL stays as it is while somebody signs in, so that a link leads where it says. */
export function App() {
  const [state, setState] = useState<State>(() => {
    const credential: Credential | null = IS_OPEN ? { kind: "none" } : savedCredential();
    return credential ? { step: "checking", credential } : { step: "asking", error: null };
  });
  const checking = state.step === "checking" ? state.credential : null;

  useEffect(() => {
    if (!checking) return;
    const controller = new AbortController();
    signIn(checking, controller.signal).then(
      (session) => {
        if (checking.kind !== "none") saveCredential(checking);
        setState({ step: "in", session });
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        if (isHeliosDBError(error, "UNAUTHORIZED")) forgetCredential();
        setState({ step: "asking", error });
      },
    );
    return () => controller.abort();
  }, [checking]);

  const signOut = useCallback(() => {
    forgetCredential();
    setState({ step: "asking", error: null });
  }, []);

  if (state.step === "asking") {
    const retry = IS_OPEN ? ({ kind: "none" } as const) : null;
    return (
      <SignIn
        error={state.error}
        onRetry={retry && (() => setState({ step: "checking", credential: retry }))}
        onSignIn={(credential) => setState({ step: "checking", credential })}
      />
    );
  }
  if (state.step === "checking") return <Starting />;
  return <SignedIn session={state.session} signOut={signOut} />;
}

function SignedIn({ session, signOut }: { readonly session: Omit<Session, "signOut">; readonly signOut: () => void }) {
  const whole = useMemo(() => ({ ...session, signOut }), [session, signOut]);
  // One for each session: nothing that one person saw is left for the next.
  const [queries] = useState(
    () =>
      new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 2000 }, mutations: { retry: false } } }),
  );
  return (
    <SessionProvider session={whole}>
      <QueryClientProvider client={queries}>
        <Toasts>
          <RouterProvider router={router} />
        </Toasts>
      </QueryClientProvider>
    </SessionProvider>
  );
}

async function signIn(credential: Credential, signal: AbortSignal): Promise<Omit<Session, "signOut">> {
  const client = clientWith(credential);
  const identity = await client.auth.me({ signal });
  return { client, identity, isOpen: credential.kind === "none" };
}
