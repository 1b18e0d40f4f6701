import type { Operation } from "@heliosdb/journal";
import { pagesInMemory } from "../../../journal/src/entry/page-source.js";

let next = 1;

/** Bytes that no other place of any file has, as far as possible. */
export function fresh(length: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  for (let i = 0; i < words.length; i++) words[i] = next++;
  return new Uint8Array(words.buffer, 0, length);
}

export function made(file: string): Operation {
  return { do: "made", file };
}

export function bytesAt(file: string, offset: number, length: number): Operation {
  return { do: "bytes", file, offset, bytes: fresh(length) };
}

/** These pages of a file, which has `size` pages afterwards. */
export function pages(file: string, size: number, numbers: readonly number[], pageSize = 4096): Operation {
  const images = new Map(numbers.map((number) => [number, fresh(pageSize)]));
  return { do: "pages", file, pageSize, size, pages: pagesInMemory(images) };
}

/** All pages of a file. */
export function allPages(file: string, size: number, pageSize = 4096): Operation {
  return pages(
    file,
    size,
    Array.from({ length: size }, (_, i) => i + 1),
    pageSize,
  );
}

export function moved(how: "copied" | "renamed", from: string, file: string): Operation {
  return { do: how, from, file };
}

export function removed(file: string): Operation {
  return { do: "removed", file };
}
