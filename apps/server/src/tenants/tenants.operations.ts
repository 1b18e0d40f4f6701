import { operation } from "../operations/operation.js";
import { named, objectOf, text } from "../shape/index.js";

const TAG = "Tenants";

export const createTenant = operation({
  id: "createTenant",
  method: "POST",
  path: "/v1/tenants",
  tag: TAG,
  summary: "Create a tenant",
  description: "With a database of its own. For the server's own key only.",
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

export const listTenants = operation({
  id: "listTenants",
  method: "GET",
  path: "/v1/tenants",
  tag: TAG,
  summary: "List tenants",
  description: "For the server's own key only.",
  access: "admin",
  rate: "read",
  view: "tenantList",
});
