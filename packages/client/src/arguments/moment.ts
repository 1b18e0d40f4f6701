/** A time: a Date, seconds or milliseconds since 1970, or an ISO 8601 text. */
export type Moment = Date | number | string;

export function wireMoment(moment: Moment): number | string {
  if (!(moment instanceof Date)) return moment;
  const time = moment.getTime();
  if (Number.isNaN(time)) throw new TypeError("a time is an invalid Date");
  return time;
}
