/** The shapes of reads that last ran for long; the least recently met are forgotten. */
export class HeavyMemory {
  private readonly shapes = new Set<string>();

  constructor(private readonly bound = 2000) {}

  has(shape: string | null): boolean {
    return shape !== null && this.shapes.size > 0 && this.shapes.has(shape);
  }

  /** Returns whether it was not known. */
  add(shape: string | null): boolean {
    if (shape === null) return false;
    const isNew = !this.shapes.delete(shape);
    this.shapes.add(shape);
    if (this.shapes.size > this.bound) {
      for (const oldest of this.shapes) {
        this.shapes.delete(oldest);
        break;
      }
    }
    return isNew;
  }

  delete(shape: string | null): void {
    if (shape !== null && this.shapes.size > 0) this.shapes.delete(shape);
  }
}
