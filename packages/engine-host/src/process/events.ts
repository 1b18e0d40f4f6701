/** What happened inside the host that no caller is told of. */
export type HostEvent =
  | { readonly kind: "worker_exit"; readonly worker: WorkerKind; readonly pid: number; readonly reason: string }
  | { readonly kind: "worker_stopped"; readonly worker: WorkerKind; readonly pid: number; readonly reason: string }
  | { readonly kind: "internal_error"; readonly worker: WorkerKind; readonly detail: string }
  /** What the opening of a database found out of place, and what was done about it. */
  | { readonly kind: "recovery"; readonly database: string; readonly detail: string }
  | { readonly kind: "maintenance_failed"; readonly detail: string };

export type WorkerKind = "reader" | "writer" | "helper";
