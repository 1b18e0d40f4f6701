/** The shapes of reads that last ran for long; the least recently met are forgotten. */
export class HeavyMemory {
  private readonly shapes = new Set<string>();

  constructor(private readonly bound = 2000) {}

  has(shape: string | null): boolean {
    return shape !== null && this.shapes.size > 0 && this.shapes.has(shape);
  }

  add(shape: string | null): void {
    if (shape === null) return;
    this.shapes.delete(shape);
    this.shapes.add(shape);
    if (this.shapes.size > this.bound) {
      for (const oldest of this.shapes) {
        this.shapes.delete(oldest);
        break;
      }
    }
  }

  delete(shape: string | null): void {
    if (shape !== null && this.shapes.size > 0) this.shapes.delete(shape);
  }
}
