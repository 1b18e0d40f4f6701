/** An instruction as EXPLAIN shows it. */
export interface Instruction {
  readonly addr: number;
  readonly opcode: string;
  readonly p1: number;
  readonly p2: number;
  readonly p3: number;
  readonly p4: string | null;
}

const LONGEST_PROGRAM = 300;
/** Rows that a loop with a LIMIT may give. */
const MOST_ROWS = 100;

/** Each takes a time that no value and no table makes long, apart from the length of a row. */
const OPCODES = new Set(
  `Init Goto Transaction Halt HaltIfNull OpenRead ReopenIdx Close Variable Integer Int64 Real String String8 Blob Null SoftNull
  Copy SCopy Move IntCopy SeekRowid NotExists Rowid Column ResultRow MakeRecord IsNull NotNull SeekGE SeekGT SeekLE
  SeekLT IdxGT IdxGE IdxLT IdxLE IdxRowid DeferredSeek FinishSeek DecrJumpZero Next Prev Rewind Last Affinity MustBeInt
  Once BeginSubrtn Return NullRow Noop Eq Ne Lt Le Gt Ge ElseEq If IfNot IsTrue IfNullRow CollSeq Function PureFunc
  RealAffinity Cast Add Subtract Multiply Divide Remainder BitAnd BitOr ShiftLeft ShiftRight Not BitNot And Or
  ZeroOrNull Found NotFound NoConflict IsType TypeCheck OpenEphemeral IdxInsert ReleaseReg Explain`.split(/\s+/),
);

/** Functions whose time and result are bounded by their arguments. */
const FUNCTIONS = new Set(
  `length octet_length lower upper abs round coalesce ifnull nullif iif substr substring typeof date time datetime
  julianday unixepoch strftime sign min max ceil ceiling floor unicode`.split(/\s+/),
);

/** Instructions that go to p2, at least under some condition. */
const JUMPS = new Set(
  `Goto SeekRowid NotExists IsNull NotNull SeekGE SeekGT SeekLE SeekLT IdxGT IdxGE IdxLT IdxLE DecrJumpZero Next Prev
  Rewind Last MustBeInt Once Eq Ne Lt Le Gt Ge ElseEq If IfNot IfNullRow Found NotFound NoConflict IsType Init`.split(
    /\s+/,
  ),
);

/**
 * Whether a compiled query ends soon whatever the tables and its parameters hold, except for the length of their rows:
 * it looks up single rows, by at most one loop, which is over a list of constants or has a constant LIMIT and leaves no
 * row out. Whatever is not on these lists counts as long. The text of a plan doesn't do: it shows no functions, no
 * OFFSET and no missing LIMIT.
 */
export function isShortProgram(program: readonly Instruction[]): boolean {
  if (program.length > LONGEST_PROGRAM || !program.every(isHarmless)) return false;
  const loops = program.filter(({ addr, opcode, p2 }) => JUMPS.has(opcode) && p2 <= addr && !isPrologue(program, addr));
  if (loops.length > 1) return false;
  const [loop] = loops;
  return loop === undefined || isListOfConstants(program, loop) || isLimited(program, loop);
}

/** Root pages of the tables and indexes that the program reads. */
export function rootsOf(program: readonly Instruction[]): readonly number[] {
  return program.filter(({ opcode }) => opcode === "OpenRead").map(({ p2 }) => p2);
}

function isHarmless({ opcode, p3, p4 }: Instruction): boolean {
  if (!OPCODES.has(opcode)) return false;
  // Of `main` alone.
  if (opcode === "OpenRead") return p3 === 0;
  if (opcode !== "Function" && opcode !== "PureFunc") return true;
  return FUNCTIONS.has((p4 ?? "").replace(/\(.*$/, "").toLowerCase());
}

/** The jump to the program proper, behind what Init jumps to at first. */
function isPrologue(program: readonly Instruction[], addr: number): boolean {
  const { opcode, p2 } = program[addr]!;
  return opcode === "Goto" && p2 === 1 && addr === program.length - 1 && program[0]!.opcode === "Init";
}

/** Over rows of a table in memory that the program fills, once, before the loop. */
function isListOfConstants(program: readonly Instruction[], loop: Instruction): boolean {
  if (loop.opcode !== "Next" && loop.opcode !== "Prev") return false;
  const opened = program.find(({ opcode, p1 }) => opcode === "OpenEphemeral" && p1 === loop.p1);
  if (opened === undefined || opened.addr >= loop.p2) return false;
  return program.every(({ addr, opcode, p1 }) => opcode !== "IdxInsert" || p1 !== loop.p1 || addr < loop.p2);
}

/** Gives a row each time round, and at most so many. */
function isLimited(program: readonly Instruction[], loop: Instruction): boolean {
  if (loop.opcode !== "Next" && loop.opcode !== "Prev") return false;
  const inside = program.slice(loop.p2, loop.addr);
  const counter = inside.at(-1);
  if (counter?.opcode !== "DecrJumpZero" || counter.p2 <= loop.addr) return false;
  const set = program.filter(({ opcode, p2 }) => opcode === "Integer" && p2 === counter.p1);
  const isSmall = set.length === 1 && set[0]!.addr < loop.p2 && set[0]!.p1 > 0 && set[0]!.p1 <= MOST_ROWS;
  const skips = inside.some(({ opcode, p2 }) => JUMPS.has(opcode) && (p2 === loop.addr || p2 === counter.addr));
  return isSmall && !skips && inside.some(({ opcode }) => opcode === "ResultRow");
}
