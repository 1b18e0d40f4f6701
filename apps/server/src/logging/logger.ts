import type { LoggerService } from "@nestjs/common";
import { destination, type Logger, pino } from "pino";

export const LOG_LEVELS = ["silent", "error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The server's log: JSON lines on stderr, so that stdout is only for people. */
export function createLogger(level: LogLevel): Logger {
  const serializers = { err: described };
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers };
  return pino(options, destination({ fd: 2, sync: true }));
}

/** The logger for finished requests. With the access log on, they are logged at any level except `silent`. */
export function requestLogger(log: Logger, accessLog: boolean): Logger {
  return accessLog && log.level !== "silent" ? log.child({}, { level: "info" }) : log;
}

/** An error as it may be logged: other fields may contain the statement, its parameters or the whole request. */
function described(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as { code?: unknown };
  return { type: error.name, message: error.message, ...(typeof code === "string" && { code }), stack: error.stack };
}

/** Nest's own messages: only problems are of interest. */
export function nestLogger(log: Logger): LoggerService {
  const write = (level: "error" | "warn" | "debug") => (message: unknown) => log[level](String(message));
  return { log: () => {}, error: write("error"), warn: write("warn"), debug: () => {}, fatal: write("error") };
}
