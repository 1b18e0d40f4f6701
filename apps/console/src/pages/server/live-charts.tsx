import { useId, useMemo } from "react";
import { Chart } from "../../chart/chart.js";
import type { ChartData } from "../../chart/chart-data.js";
import { numberText } from "../../chart/scales.js";
import { Loading } from "../../parts/states.js";
import { bytes } from "../../util/text.js";
import { chartOf, operationRates, type Rate, rateOf } from "./metrics/rates.js";
import type { Sample } from "./metrics/sample.js";

const HEIGHT = 150;
const LISTED = 8;
const milliseconds = (value: number) => `${numberText(Number(value.toPrecision(2)))} ms`;
const whole = (value: number) => (Number.isInteger(value) ? numberText(value) : "");
const round = (value: number) => Number(value.toPrecision(2));
const share = new Intl.NumberFormat("en", { style: "percent" });

/** What the server is doing, from one look at its metrics to the next. */
export function LiveCharts({ samples }: { readonly samples: readonly Sample[] }) {
  const charts = useMemo(() => {
    const rates = samples.flatMap((after, index): Rate[] => {
      const before = samples[index - 1];
      const rate = before && rateOf(before, after);
      return rate ? [rate] : [];
    });
    return {
      requests: chartOf(rates, [
        ["done", ({ done }) => done],
        ["refused or aborted", ({ refused }) => refused],
        ["failed", ({ failed }) => failed],
      ]),
      latency: chartOf(rates, [
        ["p50", ({ p50 }) => p50],
        ["p95", ({ p95 }) => p95],
        ["p99", ({ p99 }) => p99],
      ]),
      queue: chartOf(samples, [
        ["reads waiting", ({ waitingReads }) => waitingReads],
        ["writes waiting", ({ waitingWrites }) => waitingWrites],
        ["in progress", ({ inFlight }) => inFlight],
      ]),
      memory: chartOf(samples, [["all processes", ({ memory }) => memory]]),
    };
  }, [samples]);
  const latest = (data: ChartData, at = 0) => data.series[at]?.values.findLast((value) => value !== null) ?? 0;
  const [first, last] = [samples[0], samples.at(-1)];
  const operations = first && last ? operationRates(first, last).slice(0, LISTED) : [];
  if (samples.length < 2) return <Loading label="Measuring" rows={4} />;
  return (
    <>
      <div className="charts">
        <LiveChart title="Requests a second" data={charts.requests} now={numberText(round(latest(charts.requests)))} />
        <LiveChart
          title="Latency"
          data={charts.latency}
          now={`p95 ${milliseconds(latest(charts.latency, 1))}`}
          text={milliseconds}
        />
        <LiveChart
          title="Queue"
          data={charts.queue}
          now={`${latest(charts.queue) + latest(charts.queue, 1)} waiting`}
          text={whole}
        />
        <LiveChart title="Memory" data={charts.memory} now={bytes(latest(charts.memory))} text={bytes} />
      </div>
      {operations.length > 0 && (
        <section className="card table-card" aria-labelledby="server-busy">
          <h2 id="server-busy" className="card-title">
            Busiest operations
          </h2>
          <table className="table">
            <thead>
              <tr>
                <th>Operation</th>
                <th className="number">Requests</th>
                <th className="number">Mean</th>
                <th className="number wide-only">Share of time</th>
              </tr>
            </thead>
            <tbody>
              {operations.map(({ operation, count, mean, share: part }) => (
                <tr key={operation}>
                  <td className="mono cell-text">{operation}</td>
                  <td className="number">{count.toLocaleString("en")}</td>
                  <td className="number nowrap">{milliseconds(mean)}</td>
                  <td className="number wide-only">{share.format(part)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}

interface LiveChartProps {
  readonly title: string;
  readonly data: ChartData;
  /** The latest value, in words. */
  readonly now: string;
  readonly text?: (value: number) => string;
}

function LiveChart({ title, data, now, text }: LiveChartProps) {
  const id = useId();
  return (
    <section className="card section" aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>{title}</h2>
        <span className="chart-now">{now}</span>
      </header>
      <Chart label={title} kind="line" data={data} height={HEIGHT} fromZero text={text} withLegend />
    </section>
  );
}
