import { useRouter } from "@tanstack/react-router";
import { Button } from "../parts/button.js";
import { ErrorNote } from "../parts/error-note.js";

/** In place of a page that failed, so that the rest stays in use. */
export function PageError({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div className="page">
      <h1>This page failed</h1>
      <ErrorNote error={error} retry={<Button onClick={retry}>Try again</Button>} />
    </div>
  );
}
