import { ago, fullTime } from "../util/time.js";

export function TimeAgo({ date }: { readonly date: Date }) {
  return (
    <time dateTime={date.toISOString()} title={fullTime(date)}>
      {ago(date)}
    </time>
  );
}
