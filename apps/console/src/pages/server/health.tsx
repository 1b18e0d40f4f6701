import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleX } from "lucide-react";
import type { ReactNode } from "react";
import { ErrorNote } from "../../parts/error-note.js";
import { Loading } from "../../parts/states.js";
import { TimeAgo } from "../../parts/time-ago.js";
import { bytes, counted } from "../../util/text.js";
import { byLabel, type Metrics, sumOf } from "./metrics/parse.js";
import { textOf } from "./metrics/server-text.js";
import { meaningOf, type Part, partsOf } from "./readiness.js";

const EVERY_MS = 5000;
const NOT_READY = 503;

/** The parts of the server, and what it is. */
export function Health({ metrics }: { readonly metrics: Metrics | undefined }) {
  const { data, error, isPending } = useQuery<readonly Part[]>({
    queryKey: ["readiness"],
    refetchInterval: EVERY_MS,
    queryFn: async ({ signal }) => partsOf(await textOf("/readyz", "application/json", signal, NOT_READY)),
  });
  const problems = data?.filter(({ problem }) => problem !== null).length ?? 0;
  return (
    <section className="card section" aria-labelledby="server-health">
      <header className="panel-head">
        <h2 id="server-health">Health</h2>
        {data && (
          <span className={problems === 0 ? "badge badge-good" : "badge badge-bad"} role="status">
            {problems === 0 ? "ready" : "not ready"}
          </span>
        )}
      </header>
      {error && <ErrorNote error={error} />}
      {isPending && <Loading label="Asking for the server's health" rows={3} />}
      {data && (
        <ul className="plain-list health">
          {data.map(({ name, problem }) => (
            <li key={name} className={problem === null ? "health-part" : "health-part bad"} title={meaningOf(name)}>
              {problem === null ? (
                <CircleCheck size={15} aria-hidden="true" className="count-add" />
              ) : (
                <CircleX size={15} aria-hidden="true" />
              )}
              <span>
                {meaningOf(name)}
                {problem === null ? <span className="sr-only"> works</span> : `: ${problem}`}
              </span>
            </li>
          ))}
        </ul>
      )}
      {metrics && <Facts metrics={metrics} />}
    </section>
  );
}

function Facts({ metrics }: { readonly metrics: Metrics }) {
  const build = metrics.get("heliosdb_build_info")?.[0]?.labels;
  const started = sumOf(metrics, "process_start_time_seconds");
  const processes = byLabel(metrics, "heliosdb_engine_processes", "kind");
  const restarts = sumOf(metrics, "heliosdb_engine_process_restarts_total") ?? 0;
  const certificate = sumOf(metrics, "heliosdb_tls_certificate_end_seconds");
  const storage = [...byLabel(metrics, "heliosdb_storage_bytes", "kind")].filter(([, size]) => size > 0);
  const waiting = sumOf(metrics, "heliosdb_webhook_events_waiting") ?? 0;
  return (
    <dl className="stats">
      {build && (
        <Stat name="Version">
          {build.version} on Node {build.node}
        </Stat>
      )}
      {started !== null && (
        <Stat name="Started">
          <TimeAgo date={new Date(started * 1000)} />
        </Stat>
      )}
      <Stat name="Processes">
        {[...processes].map(([kind, count]) => counted(count, kind)).join(", ")}
        {restarts > 0 && `, ${restarts} replaced since the start`}
      </Stat>
      <Stat name="Databases">
        {sumOf(metrics, "heliosdb_databases") ?? 0}, with{" "}
        {counted(sumOf(metrics, "heliosdb_branches") ?? 0, "branch", "branches")}
      </Stat>
      <Stat name="Open transactions">{sumOf(metrics, "heliosdb_transactions_open") ?? 0}</Stat>
      {waiting > 0 && <Stat name="Webhook events waiting">{waiting}</Stat>}
      {certificate !== null && (
        <Stat name="Certificate ends">
          <TimeAgo date={new Date(certificate * 1000)} />
        </Stat>
      )}
      <Stat name="Files" wide>
        {bytes(storage.reduce((sum, [, size]) => sum + size, 0))}:{" "}
        {storage.map(([kind, size]) => `${kind} ${bytes(size)}`).join(", ")}
      </Stat>
    </dl>
  );
}

interface StatProps {
  readonly name: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

function Stat({ name, wide = false, children }: StatProps) {
  return (
    <div className={wide ? "stat stat-wide" : "stat"}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
