import { type RefObject, useEffect, useState } from "react";

export interface Size {
  readonly width: number;
  readonly height: number;
  /** How far it is scrolled, in whole steps. */
  readonly top: number;
}

/** What is drawn changes only after so many pixels; it has to reach further by that. */
export const SCROLL_STEP = 300;

/** How much of an element is in sight. */
export function useSize(element: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 800, height: 400, top: 0 });
  useEffect(() => {
    const { current } = element;
    if (!current) return;
    const measure = () => {
      const { clientWidth: width, clientHeight: height, scrollTop } = current;
      const top = Math.floor(scrollTop / SCROLL_STEP) * SCROLL_STEP;
      setSize((old) =>
        old.width === width && old.height === height && old.top === top ? old : { width, height, top },
      );
    };
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    current.addEventListener("scroll", measure, { passive: true });
    measure();
    return () => {
      observer.disconnect();
      current.removeEventListener("scroll", measure);
    };
  }, [element]);
  return size;
}
