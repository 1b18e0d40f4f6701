import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import type { Details, Row, Skipped } from "./benchmark.js";

export type Result = (Row | Skipped) & { readonly benchmark: string };

/** A file of results, in which everything was measured. */
export interface Published extends Details {
  /** ISO 8601. */
  readonly at: string;
  readonly quick: boolean;
  readonly machine: {
    readonly node: string;
    readonly cpus: number;
    readonly model: string;
    /** Bytes. */
    readonly memory: number;
  };
  readonly rows: readonly Result[];
}

const HEAD = ["benchmark", "what", "ours", "theirs", "ratio", "target", "", "against"];

export function printTable(results: readonly Result[]): void {
  const lines = results.map((result) =>
    "skipped" in result
      ? [result.benchmark, result.what, "", "", "", "", "–", `not measured: ${result.skipped}`]
      : [
          result.benchmark,
          result.what,
          figure(result.ours, result.unit),
          figure(result.theirs, result.unit),
          `${ratioOf(result).toFixed(2)} ×`,
          targetOf(result),
          result.target === null ? "" : meets(result) ? "✓" : "✗",
          result.against,
        ],
  );
  const widths = HEAD.map((name, column) => Math.max(name.length, ...lines.map((line) => line[column]!.length)));
  for (const line of [HEAD, widths.map((width) => "─".repeat(width)), ...lines]) {
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    );
  }
}

/** Writes all figures as JSON, and returns the file's path. */
export function writeResults(
  folder: string,
  results: readonly Result[],
  details: Details | null,
  quick: boolean,
): string {
  mkdirSync(folder, { recursive: true });
  const at = new Date().toISOString();
  const [cpu] = cpus();
  const machine = { node: process.version, cpus: cpus().length, model: cpu?.model ?? "unknown", memory: totalmem() };
  const rows = results.map((result) =>
    "skipped" in result ? result : { ...result, ratio: ratioOf(result), meets: result.target && meets(result) },
  );
  const path = join(folder, `${at.replaceAll(/[:.]/g, "-")}.json`);
  writeFileSync(path, `${JSON.stringify({ at, quick, machine, rows, ...details }, null, 2)}\n`);
  return path;
}

export function ratioOf({ ours, theirs }: Row): number {
  return ours / theirs;
}

export function meets(row: Row): boolean {
  if (row.target === null) return true;
  return "most" in row.target ? ratioOf(row) <= row.target.most : ratioOf(row) >= row.target.least;
}

export function targetOf({ target }: Row): string {
  if (target === null) return "";
  return "most" in target ? `≤ ${target.most} ×` : `≥ ${target.least} ×`;
}

function figure(value: number, unit: Row["unit"]): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return `${value.toFixed(digits)} ${unit}`;
}
