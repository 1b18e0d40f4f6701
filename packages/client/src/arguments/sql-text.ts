import type { ParameterValues, Value } from "./values.js";

/** A value, or a piece of SQL that goes into another. */
type Piece = SqlText | Value;

/** SQL with its values apart from the text, as the `sql` tag makes it. */
export class SqlText {
  readonly #texts: readonly string[];
  readonly #values: readonly Value[];

  /**
   * @internal
   * @param texts one more than there are values, which stand between them
   */
  constructor(texts: readonly string[], values: readonly Value[]) {
    this.#texts = texts;
    this.#values = values;
  }

  /** The text, with `$1`, `$2`, … for the values. */
  get sql(): string {
    return this.#texts.reduce((sql, text, i) => `${sql}$${i}${text}`);
  }

  /** The values, in order. */
  get params(): readonly Value[] {
    return this.#values;
  }

  /** @internal */
  get texts(): readonly string[] {
    return this.#texts;
  }
}

function tag(strings: TemplateStringsArray, ...pieces: readonly Piece[]): SqlText {
  const texts = [strings[0]!];
  const values: Value[] = [];
  for (const [i, piece] of pieces.entries()) {
    const after = strings[i + 1]!;
    if (piece instanceof SqlText) {
      const [first, ...rest] = piece.texts;
      texts[texts.length - 1] += first!;
      texts.push(...rest);
      texts[texts.length - 1] += after;
      values.push(...piece.params);
    } else {
      // Left out by mistake far more often than meant as NULL.
      if (piece === undefined) throw new TypeError(`Value ${i + 1} of the SQL is undefined. For no value, use null.`);
      texts.push(after);
      values.push(piece);
    }
  }
  return new SqlText(texts, values);
}

/** The name of a table or column, quoted. */
function name(text: string): SqlText {
  if (text === "" || text.includes("\0")) throw new TypeError(`Invalid name ${JSON.stringify(text)}.`);
  return new SqlText([`"${text.replaceAll('"', '""')}"`], []);
}

/** Values or pieces of SQL with commas between them, as for `IN (…)`. At least one. */
function list(pieces: readonly Piece[]): SqlText {
  if (pieces.length === 0) throw new TypeError("A list in SQL needs at least one value.");
  return pieces.slice(1).reduce<SqlText>((all, piece) => tag`${all}, ${piece}`, tag`${pieces[0]!}`);
}

/**
 * Tags a template as SQL: values go to the server apart from the text, so that nothing in them is read as SQL. Other
 * pieces of SQL can be put into it. `` sql`SELECT * FROM ${sql.name(table)} WHERE id IN (${sql.list(ids)})` ``
 */
export const sql: {
  (strings: TemplateStringsArray, ...pieces: readonly Piece[]): SqlText;
  readonly name: typeof name;
  readonly list: typeof list;
} = Object.defineProperties(tag, { name: { value: name }, list: { value: list } }) as never;

/** The text and the values of a statement that is given in either form. */
export function statementOf(
  statement: string | SqlText,
  params: ParameterValues | undefined,
): { readonly sql: string; readonly params: ParameterValues | undefined } {
  if (!(statement instanceof SqlText)) return { sql: statement, params };
  if (params !== undefined) throw new TypeError("The values stand in the SQL already. Leave out params.");
  return { sql: statement.sql, params: statement.params };
}
