import { Lru } from "./lru.js";

/**
 * Bounds of a cache: the number of texts, the length of each, and their characters together. A token of SQL takes some
 * forty times the memory of its text, so these limit a cache to a few megabytes. A longer text is not kept: it was made
 * for one use, and parsing it again costs little compared with running it.
 */
export const TEXT_CACHE = { texts: 256, longest: 8 * 1024, characters: 256 * 1024 } as const;

/** Caches values derived from SQL texts, the most recently used ones, within TEXT_CACHE. */
export class TextCache<V> {
  private readonly kept = new Lru<string, V>(TEXT_CACHE.texts, (_, text) => {
    this.characters -= text.length;
  });
  private characters = 0;

  get(text: string): V | undefined {
    return text.length > TEXT_CACHE.longest ? undefined : this.kept.get(text);
  }

  getOr(text: string, make: () => V): V {
    const known = this.get(text);
    if (known !== undefined) return known;
    const value = make();
    this.set(text, value);
    return value;
  }

  set(text: string, value: V): void {
    if (text.length > TEXT_CACHE.longest) return;
    this.kept.delete(text);
    this.kept.set(text, value);
    this.characters += text.length;
    while (this.characters > TEXT_CACHE.characters) this.kept.deleteOldest();
  }

  clear(): void {
    this.kept.clear();
  }

  /** Size of the cached texts. */
  get size(): { readonly texts: number; readonly characters: number } {
    return { texts: this.kept.keys().length, characters: this.characters };
  }
}
