import type {
  BranchInfo,
  ChangeRowsResult,
  ExecuteResult,
  InsertRowsResult,
  MergeResult,
  MergeStrategy,
  QueryResult,
  ReadTableResult,
  TableInfo,
} from "@heliosdb/port";
import type { Scope } from "../auth/scopes.js";

/** One page of branches; `limit` is the number of all of them where no page was asked for. */
export interface BranchPage {
  readonly branches: readonly BranchInfo[];
  readonly total: number;
  readonly page: number;
  readonly limit: number;
}

export interface DeletedBranch {
  readonly branch: BranchInfo;
  /** Microseconds since 1970. */
  readonly deletedAt: number;
}

export interface MergeOutcome {
  readonly source: string;
  readonly target: string;
  readonly strategy: MergeStrategy;
  readonly result: MergeResult;
}

export interface TablePage {
  readonly result: ReadTableResult;
  readonly page: number;
  readonly limit: number;
}

export interface InsertedRows {
  readonly result: InsertRowsResult;
  readonly returnIds: boolean;
}

export interface Executed {
  readonly branch: string;
  readonly result: ExecuteResult;
}

export interface ServerVersion {
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
}

/** Who a request speaks for, as shown to that caller. */
export interface IdentityInfo {
  readonly method: "jwt" | "api_key" | "none";
  readonly userId: string;
  readonly tenantId: string;
  readonly clientId: string | null;
  readonly scopes: readonly Scope[];
  readonly keyId: string | null;
  readonly name: string | null;
  /** Seconds since 1970; null for a credential without an end. */
  readonly expiresAt: number | null;
}

export interface IssuedToken {
  readonly token: string;
  readonly expiresIn: number;
  readonly expiresAt: number;
  readonly tenantId: string;
  readonly scopes: readonly Scope[];
}

/** Times in seconds since 1970. */
export interface KeyInfo {
  readonly id: string;
  readonly name: string;
  readonly userId: string;
  readonly tenantId: string;
  readonly clientId: string | null;
  readonly scopes: readonly Scope[];
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

export interface CreatedKey {
  readonly key: KeyInfo;
  /** The whole key, shown this once. */
  readonly secret: string;
}

export interface TenantInfo {
  readonly name: string;
  readonly createdAt: number;
}

/** Every kind of answer. Each dialect has one view of each. */
export interface Domain {
  version: ServerVersion;
  branch: BranchInfo;
  branchList: BranchPage;
  deletedBranch: DeletedBranch;
  merge: MergeOutcome;
  tableList: readonly TableInfo[];
  tablePage: TablePage;
  insertedRows: InsertedRows;
  updatedRows: ChangeRowsResult;
  deletedRows: ChangeRowsResult;
  queryResult: QueryResult;
  executed: Executed;
  token: IssuedToken;
  identity: IdentityInfo;
  key: KeyInfo;
  createdKey: CreatedKey;
  keyList: readonly KeyInfo[];
  tenant: TenantInfo;
  tenantList: readonly TenantInfo[];
}

export type ViewName = keyof Domain;
