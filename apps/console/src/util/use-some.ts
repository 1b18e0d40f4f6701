import { useState } from "react";

const STEP = 200;

/** The beginning of a long list, and how to see more of it. */
export function useSome<T>(all: readonly T[]): { readonly some: readonly T[]; readonly rest: number; more(): void } {
  const [most, setMost] = useState(STEP);
  return { some: all.slice(0, most), rest: Math.max(0, all.length - most), more: () => setMost(most + STEP) };
}
