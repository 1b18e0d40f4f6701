import { named, objectOf, text } from "../../../../schema/index.js";
import { operation } from "../../operation/operation.js";

const TAG = "Tenants";

export const createTenant = operation({
  id: "createTenant",
  method: "POST",
  path: "/v1/tenants",
  tag: TAG,
  summary: "Create a tenant",
  description: "The tenant has its own database. Only for the server's own key.",
  access: "admin",
  rate: "write",
  status: 201,
  body: named(
    "CreateTenantRequest",
    objectOf({
      name: text({
        minLength: 1,
        maxLength: 200,
        description: "The `tenant_id` of its tokens and keys.",
        example: "tenant456",
      }),
    }),
  ),
  view: "tenant",
  errors: ["TENANT_EXISTS"],
});

const tenantPath = objectOf({ tenant: text({ description: "Name of the tenant.", example: "tenant456" }) });

export const getTenant = operation({
  id: "getTenant",
  method: "GET",
  path: "/v1/tenants/{tenant}",
  tag: TAG,
  summary: "Get a tenant",
  description: "Only for the server's own key.",
  access: "admin",
  rate: "read",
  params: tenantPath,
  view: "tenant",
  errors: ["TENANT_NOT_FOUND"],
});

export const deleteTenant = operation({
  id: "deleteTenant",
  method: "DELETE",
  path: "/v1/tenants/{tenant}",
  tag: TAG,
  summary: "Delete a tenant",
  description:
    "Deletes its keys, its users, and its database with all branches and history. This can't be undone. Requests in " +
    "progress end, and the name is free at once. `default` can't be deleted. Only for the server's own key.",
  access: "admin",
  rate: "heavy",
  params: tenantPath,
  view: "tenant",
  errors: ["TENANT_NOT_FOUND"],
});

export const listTenants = operation({
  id: "listTenants",
  method: "GET",
  path: "/v1/tenants",
  tag: TAG,
  summary: "List tenants",
  description: "Only for the server's own key.",
  access: "admin",
  rate: "read",
  view: "tenantList",
});
