import type { Dot, Layout } from "./layout.js";

/** The dot to which a key leads: the next one along a branch, or the nearest on the next lane. Null for other keys. */
export function nextDot({ dots }: Layout, active: Dot | null, key: string): Dot | null {
  if (!/^Arrow(Left|Right|Up|Down)$/.test(key)) return null;
  if (!active) return [...dots].sort((a, b) => b.x - a.x)[0] ?? null;
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const own = dots.filter(({ y }) => y === active.y).sort((a, b) => a.x - b.x);
    return own[own.findIndex((dot) => dot.key === active.key) + (key === "ArrowRight" ? 1 : -1)] ?? null;
  }
  const further = dots.filter(({ y }) => (key === "ArrowDown" ? y > active.y : y < active.y));
  const lane = key === "ArrowDown" ? Math.min(...further.map(({ y }) => y)) : Math.max(...further.map(({ y }) => y));
  return (
    further.filter(({ y }) => y === lane).sort((a, b) => Math.abs(a.x - active.x) - Math.abs(b.x - active.x))[0] ?? null
  );
}
