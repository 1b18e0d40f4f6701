/** Which tenants and keys there are on other servers too, so that no name is given twice. */
export interface TenantRegistry {
  /** Reserves a name. Rejects with TENANT_EXISTS where another server has a tenant with it. */
  addTenant(name: string): Promise<void>;
  /** Frees a name. */
  removeTenant(name: string): Promise<void>;
  /** Says whose a key is, before anybody has it. */
  addKey(id: string, tenant: string): Promise<void>;
}
