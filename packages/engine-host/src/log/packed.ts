import type { Operation, Operations, PageSource } from "@heliosdb/journal";

type Pages = Extract<Operation, { do: "pages" }>;

/** An operation as it is passed to another thread: pages are in one piece of memory, in the order of their numbers. */
export type PackedOperation =
  | Exclude<Operation, { do: "pages" }>
  | (Omit<Pages, "pages"> & { readonly numbers: Uint32Array<ArrayBuffer>; readonly images: Uint8Array<ArrayBuffer> });

export interface Packed {
  readonly operations: readonly PackedOperation[];
  /** Memory that is passed on, and not copied. */
  readonly own: readonly ArrayBuffer[];
}

/** Bytes of pages and files in an entry, before it is encoded. */
export function bytesOf(operations: Operations): number {
  let bytes = 0;
  for (const operation of operations) {
    if (operation.do === "pages") bytes += operation.pages.numbers.length * operation.pageSize;
    if (operation.do === "bytes") bytes += operation.bytes.byteLength;
  }
  return bytes;
}

/** Reads all that the operations refer to. */
export function pack(operations: Operations): Packed {
  const own: ArrayBuffer[] = [];
  const packed = operations.map((operation): PackedOperation => {
    if (operation.do === "bytes") {
      const bytes = new Uint8Array(operation.bytes);
      own.push(bytes.buffer);
      return { ...operation, bytes };
    }
    if (operation.do !== "pages") return operation;
    const { pages, ...rest } = operation;
    const numbers = Uint32Array.from(pages.numbers);
    const images = new Uint8Array(numbers.length * rest.pageSize);
    for (const [i, number] of pages.numbers.entries()) images.set(pages.read(number), i * rest.pageSize);
    own.push(numbers.buffer, images.buffer);
    return { ...rest, numbers, images };
  });
  return { operations: packed, own };
}

export function unpack(operations: readonly PackedOperation[]): Operations {
  return operations.map((operation) => {
    if (!("images" in operation)) return operation;
    const { numbers, images, ...rest } = operation;
    return { ...rest, pages: new PackedPages(numbers, images, rest.pageSize) };
  });
}

class PackedPages implements PageSource {
  readonly numbers: readonly number[];
  private readonly places: ReadonlyMap<number, number>;

  constructor(
    numbers: Uint32Array,
    private readonly images: Uint8Array,
    private readonly pageSize: number,
  ) {
    this.numbers = [...numbers];
    this.places = new Map(this.numbers.map((number, i) => [number, i * pageSize]));
  }

  read(number: number): Uint8Array {
    const at = this.places.get(number)!;
    return this.images.subarray(at, at + this.pageSize);
  }
}
