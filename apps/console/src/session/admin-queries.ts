import type { ApiKey, Tenant, User, Webhook } from "@heliosdb/client";
import { useQuery } from "@tanstack/react-query";
import { rightsOf } from "./rights.js";
import { useSession } from "./session.js";

/** Keys of the tenant, newest first. */
export function useKeys() {
  const { client, identity } = useSession();
  return useQuery<readonly ApiKey[]>({
    queryKey: ["keys"],
    enabled: rightsOf(identity).administers,
    queryFn: ({ signal }) => client.auth.keys.list({ signal }),
  });
}

/** Users of the tenant, oldest first. */
export function useUsers() {
  const { client, identity } = useSession();
  return useQuery<readonly User[]>({
    queryKey: ["users"],
    enabled: rightsOf(identity).administers,
    queryFn: ({ signal }) => client.auth.users.list({ signal }),
  });
}

/** For the server's own key. */
export function useTenants() {
  const { client, identity } = useSession();
  return useQuery<readonly Tenant[]>({
    queryKey: ["tenants"],
    enabled: rightsOf(identity).operates,
    queryFn: ({ signal }) => client.tenants.list({ signal }),
  });
}

export function useWebhooks() {
  const { client, identity } = useSession();
  return useQuery<readonly Webhook[]>({
    queryKey: ["webhooks"],
    enabled: rightsOf(identity).administers,
    queryFn: ({ signal }) => client.webhooks.list({ signal }),
    refetchInterval: 10_000,
  });
}
