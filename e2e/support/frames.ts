import type { Page } from "playwright-core";

/** Of a display with 60 frames a second. */
const FRAME_MS = 1000 / 60;

export interface Frames {
  readonly shown: number;
  /** That would have been shown in the time, but weren't. */
  readonly dropped: number;
  readonly longestMs: number;
}

/** Scrolls an element down by so many pixels a frame, and watches the frames. */
export async function scrollFrames(page: Page, selector: string, pixels: number, ms: number): Promise<Frames> {
  const gaps = (await page.evaluate(`new Promise((resolve) => {
    const element = document.querySelector(${JSON.stringify(selector)});
    const gaps = [];
    const began = performance.now();
    let last = 0;
    const step = (now) => {
      if (last > 0) gaps.push(now - last);
      last = now;
      element.scrollTop += ${pixels};
      if (now - began < ${ms}) requestAnimationFrame(step); else resolve(gaps);
    };
    requestAnimationFrame(step);
  })`)) as readonly number[];
  const dropped = gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / FRAME_MS) - 1), 0);
  return { shown: gaps.length, dropped, longestMs: Math.round(Math.max(...gaps)) };
}

/** Bytes of the page's own objects, without what nobody holds any more. */
export async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  try {
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    return usedSize;
  } finally {
    await session.detach();
  }
}
