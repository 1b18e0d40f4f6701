import type { CreatedApiKey } from "@heliosdb/client";
import { SERVER } from "../../session/session.js";
import { SecretDialog } from "../shared/secret-dialog.js";

/** A new key, and how it is used. */
export function KeyMade({ made, onClose }: { readonly made: CreatedApiKey; readonly onClose: () => void }) {
  return (
    <SecretDialog title={`${made.name} is ready`} label="Key" secret={made.key} onClose={onClose}>
      <p className="soft">Send it with each request, or give it to the command and the client libraries:</p>
      <pre className="viewer viewer-short" tabIndex={0} role="region" aria-label="Example">
        {`export HELIOSDB_API_KEY=…\ncurl -H "X-API-Key: $HELIOSDB_API_KEY" ${SERVER}/v1/branches`}
      </pre>
      {made.tenantId !== "default" && (
        <p className="soft">
          It belongs to the tenant {made.tenantId}, and is listed for administrators of that tenant.
        </p>
      )}
    </SecretDialog>
  );
}
