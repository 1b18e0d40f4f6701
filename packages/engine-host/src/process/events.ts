/** Events inside the host that are not reported to callers. */
export type HostEvent =
  | { readonly kind: "worker_exit"; readonly worker: WorkerKind; readonly pid: number; readonly reason: string }
  | { readonly kind: "worker_stopped"; readonly worker: WorkerKind; readonly pid: number; readonly reason: string }
  | { readonly kind: "internal_error"; readonly worker: WorkerKind; readonly detail: string }
  /** Problems found when a database was opened, with the remedies taken. */
  | { readonly kind: "recovery"; readonly database: string; readonly detail: string }
  | { readonly kind: "maintenance_failed"; readonly detail: string };

export type WorkerKind = "reader" | "writer" | "helper";
