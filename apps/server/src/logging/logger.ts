import type { LoggerService } from "@nestjs/common";
import { destination, type Logger, pino } from "pino";
import type { LogLevel } from "../config/options.js";

/** The server's log: JSON lines on stderr, so that stdout keeps what is meant for people. */
export function createLogger(level: LogLevel): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination({ fd: 2, sync: true }));
}

/** Nest's own messages: only what went wrong is of interest. */
export function nestLogger(log: Logger): LoggerService {
  const write = (level: "error" | "warn" | "debug") => (message: unknown) => log[level](String(message));
  return { log: () => {}, error: write("error"), warn: write("warn"), debug: () => {}, fatal: write("error") };
}
