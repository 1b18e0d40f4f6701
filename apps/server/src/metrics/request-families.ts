import { RATE_CLASSES } from "../rate-limit/classes.js";
import { counter, type Family, gauge, histogram } from "./family.js";
import { DURATIONS, type RequestCounter } from "./request-counter.js";

const CLASSES = ["aborted", "1xx", "2xx", "3xx", "4xx", "5xx"];

/**
 * Metrics of HTTP. Operations are those of the OpenAPI documents; nothing names a tenant, a branch or a caller.
 * @param inFlightElsewhere requests in progress in other processes
 */
export function requestFamilies(requests: RequestCounter, inFlightElsewhere: number): Family[] {
  const cells = [...requests.all()];
  return [
    counter(
      "heliosdb_http_requests_total",
      "Completed requests, by surface, operation and class of status; `aborted`: the client did not wait for the response.",
      cells.flatMap(({ operation, surface, method, byClass }) =>
        byClass.flatMap((count, index) =>
          count > 0 ? [[{ surface, operation, method, status: CLASSES[index]! }, count] as const] : [],
        ),
      ),
    ),
    histogram(
      "heliosdb_http_request_duration_seconds",
      "Time from a request's headers to the last byte of its response.",
      DURATIONS,
      cells.map(({ operation, surface, method, byDuration, seconds }) => ({
        labels: { surface, operation, method },
        counts: byDuration,
        sum: seconds,
      })),
    ),
    gauge("heliosdb_http_requests_in_flight", "Requests in progress.", [[{}, requests.inFlight + inFlightElsewhere]]),
    counter(
      "heliosdb_rate_limit_refusals_total",
      "Requests refused with 429, by rate limit class.",
      RATE_CLASSES.map((rateClass) => [{ class: rateClass }, requests.refusals.get(rateClass) ?? 0]),
    ),
  ];
}
