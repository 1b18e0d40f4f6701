import { type Bytes, NOT_UTF8, textOf } from "./bytes.js";
import { type Element, JsonElements, LONGEST_ELEMENT } from "./json-elements.js";
import type { Failure } from "./source.js";

/** The texts of the objects in one part of a file. */
export interface Elements {
  readonly elements: readonly Element[];
  readonly read: number;
  readonly failure?: Failure;
}

/** Those of one list. */
export async function* listElements(bytes: Bytes): AsyncGenerator<Elements> {
  const list = new JsonElements();
  try {
    let end = 0;
    for await (const { text, read } of textOf(bytes)) {
      if (text === null) return yield { elements: [], read, failure: { place: list.line, message: NOT_UTF8 } };
      end = read;
      yield { elements: list.add(text), read };
    }
    list.finish();
    yield { elements: [], read: end };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    yield { elements: [], read: 0, failure: { place: list.line, message: error.message } };
  }
}

/** Those of lines. */
export async function* lineElements(bytes: Bytes): AsyncGenerator<Elements> {
  let [rest, line] = ["", 1];
  for await (const { text, read } of textOf(bytes)) {
    if (text === null) return yield { elements: [], read, failure: { place: line, message: NOT_UTF8 } };
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    const elements = lines.map((one, index) => ({ text: one, line: line + index }));
    line += lines.length;
    yield { elements: elements.filter((element) => element.text.trim() !== ""), read };
    if (rest.length > LONGEST_ELEMENT) {
      const message = `The line is longer than ${LONGEST_ELEMENT} characters.`;
      return yield { elements: [], read, failure: { place: line, message } };
    }
  }
  yield { elements: rest.trim() === "" ? [] : [{ text: rest, line }], read: bytes.size ?? 0 };
}
