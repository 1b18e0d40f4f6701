import type { CreatedWebhook } from "@heliosdb/client";
import { SecretDialog } from "../shared/secret-dialog.js";

export function WebhookSecret({ made, onClose }: { readonly made: CreatedWebhook; readonly onClose: () => void }) {
  return (
    <SecretDialog title="The secret that signs events" label="Secret" secret={made.secret} onClose={onClose}>
      <p className="soft">
        Your program checks it with <code>verifyWebhook</code> of the client library, or with any library for Standard
        Webhooks. Send a test to see whether it does.
      </p>
    </SecretDialog>
  );
}
