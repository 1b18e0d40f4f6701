import { HeliosDBError } from "@heliosdb/client";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

/** What can be done about the errors that a person meets most. */
const ADVICE: { readonly [code: string]: string } = {
  CONNECTION_FAILED: "Check that the server is running, then try again.",
  REQUEST_TIMEOUT: "The server is busy or the question is large. Try again, or narrow it down.",
  UNAUTHORIZED: "Sign out and in again with a valid key or token.",
  FORBIDDEN: "Your key lacks the right for this. Ask an administrator for another one.",
  TARGET_MOVED: "Somebody has committed in the meantime. Look at the changes again, then repeat.",
  BRANCH_BUSY: "A transaction is open on this branch. Try again when it has ended.",
  RATE_LIMITED: "Wait a moment and try again.",
};

/** An error with its code, its request's id, and what to do next. */
export function ErrorNote({ error, retry }: { readonly error: unknown; readonly retry?: ReactNode }) {
  const { message, code, requestId } = described(error);
  const advice = code === null ? undefined : ADVICE[code];
  return (
    <div className="note note-error" role="alert">
      <TriangleAlert size={16} aria-hidden="true" />
      <div>
        <p className="note-text">{message}</p>
        {advice && <p>{advice}</p>}
        {(code || requestId) && (
          <p className="note-ids">
            {code && <code>{code}</code>}
            {requestId && (
              <span>
                request <code>{requestId}</code>
              </span>
            )}
          </p>
        )}
        {retry}
      </div>
    </div>
  );
}

function described(error: unknown): { message: string; code: string | null; requestId: string | undefined } {
  if (error instanceof HeliosDBError) {
    return { message: error.message, code: error.code, requestId: error.requestId };
  }
  return { message: error instanceof Error ? error.message : String(error), code: null, requestId: undefined };
}
