import { tokensOf } from "../../../sql/tokens.js";

/** The verbs of statements that give rows. */
const READS = ["SELECT", "VALUES", "PRAGMA", "EXPLAIN", "SHOW", "DESCRIBE"] as const;
const WRITES = ["INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER", "ANALYZE", "REINDEX"] as const;
type Verb = (typeof READS)[number] | (typeof WRITES)[number];

const VERBS: ReadonlySet<string> = new Set([...READS, ...WRITES]);
const READING: ReadonlySet<string> = new Set(READS);

/** The intent of a statement, as far as its words tell it. The engine decides the effect. */
export interface Intent {
  /** Null where it begins like nothing known. */
  readonly verb: Verb | null;
  readonly reads: boolean;
}

/** The verb is the first word, behind comments; behind WITH it is the verb after the common table expressions. */
export function intentOf(sql: string): Intent {
  const [first] = tokensOf(sql);
  if (first?.kind !== "word") return { verb: null, reads: false };
  const word = first.value === "DESC" ? "DESCRIBE" : first.value === "WITH" ? verbAfterWith(sql) : first.value;
  return { verb: isVerb(word) ? word : null, reads: READING.has(word) };
}

function isVerb(word: string): word is Verb {
  return VERBS.has(word);
}

/** The first verb outside parentheses that follows a closing one. */
function verbAfterWith(sql: string): string {
  let depth = 0;
  let afterClosing = false;
  for (const { kind, value } of tokensOf(sql)) {
    if (value === "(" && kind === "symbol") depth++;
    else if (value === ")" && kind === "symbol") depth--;
    else if (kind === "word" && depth === 0 && afterClosing && VERBS.has(value)) return value;
    afterClosing = kind === "symbol" && value === ")";
  }
  return "";
}
