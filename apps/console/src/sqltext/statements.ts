import { type Piece, scan } from "./scan.js";

export interface Statement {
  readonly from: number;
  readonly to: number;
  readonly sql: string;
  /** Whether it only reads. */
  readonly reads: boolean;
  /** How many values its parameters take. */
  readonly parameters: number;
}

/** The statements of a text, without their semicolons; comments stay with the statement that follows them. */
export function statementsOf(text: string): readonly Statement[] {
  const found: Statement[] = [];
  let pieces: Piece[] = [];
  const end = () => {
    const statement = statementFrom(text, pieces);
    if (statement) found.push(statement);
    pieces = [];
  };
  for (const piece of scan(text)) {
    if (piece.kind === "sign" && text[piece.from] === ";" && !isInTrigger(text, pieces)) end();
    else pieces.push(piece);
  }
  end();
  return found;
}

/** The statement in which, or right behind which, a place lies. */
export function statementAt(statements: readonly Statement[], place: number): Statement | undefined {
  return statements.find(({ to }) => place <= to + 1) ?? statements.at(-1);
}

function statementFrom(text: string, pieces: readonly Piece[]): Statement | null {
  const code = pieces.filter(({ kind }) => kind !== "comment");
  if (code.length === 0) return null;
  const [from, to] = [pieces[0]!.from, pieces.at(-1)!.to];
  return { from, to, sql: text.slice(from, to), reads: doesRead(text, code), parameters: countParameters(text, code) };
}

const READS = new Set(["SELECT", "VALUES", "EXPLAIN", "PRAGMA"]);
const VERBS = new Set(["SELECT", "VALUES", "INSERT", "UPDATE", "DELETE", "REPLACE"]);

/** By its verb; that of a WITH stands behind the parentheses. */
function doesRead(text: string, code: readonly Piece[]): boolean {
  const first = wordOf(text, code[0]!);
  if (first !== "WITH") return READS.has(first);
  let depth = 0;
  for (const piece of code) {
    if (piece.kind === "sign") depth += { "(": 1, ")": -1 }[text[piece.from]!] ?? 0;
    else if (depth === 0 && piece.kind === "word" && VERBS.has(wordOf(text, piece))) {
      return READS.has(wordOf(text, piece));
    }
  }
  return true;
}

/** The statements of a trigger's body end with semicolons, too; the trigger ends with END. */
function isInTrigger(text: string, pieces: readonly Piece[]): boolean {
  const code = pieces.filter(({ kind }) => kind !== "comment");
  const words = code.filter(({ kind }) => kind === "word").map((piece) => wordOf(text, piece));
  const isTrigger =
    words[0] === "CREATE" && (words[1] === "TRIGGER" || (/^TEMP/.test(words[1] ?? "") && words[2] === "TRIGGER"));
  if (!isTrigger || !words.includes("BEGIN")) return isTrigger;
  const last = code.at(-1)!;
  const before = code.at(-2);
  const closes = last.kind === "word" && wordOf(text, last) === "END";
  // The END of a CASE stands behind a value.
  return !(closes && before?.kind === "sign" && text[before.from] === ";");
}

function countParameters(text: string, code: readonly Piece[]): number {
  const names = code.filter(({ kind }) => kind === "parameter").map(({ from, to }) => text.slice(from, to));
  const numbers = names.map((name) => Number(/^[?$](\d+)$/.exec(name)?.[1] ?? 0));
  const plain = names.filter((name) => name === "?").length;
  return Math.max(plain, ...numbers, 0);
}

function wordOf(text: string, { from, to, kind }: Piece): string {
  return kind === "word" ? text.slice(from, to).toUpperCase() : "";
}
