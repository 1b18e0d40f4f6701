import { TextAreaField } from "../../../parts/text-area-field.js";
import { useBranches } from "../../../session/queries.js";
import { linesOf, matchesGlob } from "../../../util/glob.js";
import { counted } from "../../../util/text.js";
import { patternFault } from "../../shared/pattern-fault.js";

interface LimitFieldsProps {
  /** One pattern a line. */
  readonly branches: string;
  /** One name a line. */
  readonly tables: string;
  /** Whether the branches that this session sees are those that the key is about. */
  readonly isOwnTenant: boolean;
  readonly onBranches: (text: string) => void;
  readonly onTables: (text: string) => void;
}

const NAMED = 3;

export function LimitFields({ branches, tables, isOwnTenant, onBranches, onTables }: LimitFieldsProps) {
  return (
    <div className="field-pair">
      <TextAreaField
        label="Only these branches"
        placeholder={"All, or for example\nfeature-*"}
        value={branches}
        error={patternFault(branches)}
        hint={<Matching patterns={linesOf(branches)} isOwnTenant={isOwnTenant} />}
        onChange={(event) => onBranches(event.target.value)}
      />
      <TextAreaField
        label="Only these tables"
        placeholder={"All, or for example\norders"}
        value={tables}
        hint={
          linesOf(tables).length === 0
            ? "One name a line."
            : "It reads and writes rows of these, and can't send SQL or make branches."
        }
        onChange={(event) => onTables(event.target.value)}
      />
    </div>
  );
}

/** Which of today's branches a key would see. */
function Matching({ patterns, isOwnTenant }: { readonly patterns: readonly string[]; readonly isOwnTenant: boolean }) {
  const { data } = useBranches();
  if (patterns.length === 0 || !isOwnTenant || !data) return "One name or pattern a line.";
  const seen = data.branches.filter(({ name }) => patterns.some((pattern) => matchesGlob(pattern, name)));
  if (seen.length === 0) return "No branch of today is called that.";
  const names = seen.slice(0, NAMED).map(({ name }) => name);
  return `${counted(seen.length, "branch", "branches")} today: ${names.join(", ")}${seen.length > NAMED ? ", …" : ""}`;
}
