export interface TenantInfo {
  readonly name: string;
  readonly createdAt: number;
}
