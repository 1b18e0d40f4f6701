import { ErrorNote } from "../../parts/error-note.js";
import { rightsOf } from "../../session/rights.js";
import { SERVER, useSession } from "../../session/session.js";
import { NoRight } from "../shared/no-right.js";
import { Backups } from "./backups.js";
import { Health } from "./health.js";
import { LiveCharts } from "./live-charts.js";
import { useMetrics } from "./metrics/use-metrics.js";
import { Retention } from "./retention.js";
import { Running } from "./running.js";
import { Sizes } from "./sizes.js";

export function ServerPage() {
  const { identity } = useSession();
  const { administers, operates } = rightsOf(identity);
  return administers ? <Overview withBackups={operates} /> : <NoRight title="Server" />;
}

function Overview({ withBackups }: { readonly withBackups: boolean }) {
  const { data, error } = useMetrics();
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>Server</h1>
          <p className="page-sub clip">{SERVER}</p>
        </div>
      </header>
      <Health metrics={data?.metrics} />
      {error && <ErrorNote error={error} />}
      {!error && <LiveCharts samples={data?.samples ?? []} />}
      <Running />
      <div className="server-columns">
        <Sizes />
        <Retention />
      </div>
      {withBackups && <Backups />}
    </div>
  );
}
