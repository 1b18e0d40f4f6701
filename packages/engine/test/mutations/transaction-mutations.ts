// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are texts of sources that hold templates.
import type { Mutation } from "./mutation.js";

/** Ways to break transactions of several requests. */
export const TRANSACTION_MUTATIONS: readonly Mutation[] = [
  {
    name: "a commit keeps in its log the SCN with which its transaction began",
    find: "if (scn !== this.scn) renumber(file, this.scn, scn, this.touched);",
    replace: "void renumber;",
    player: "transactions",
  },
  {
    name: "the capture goes on with triggers that a savepoint took back",
    find: "    this.file.capture.reset();\n    if (schema)",
    replace: "    if (schema)",
    player: "transactions",
  },
  {
    name: "the schema is not read again after a savepoint was rolled back",
    find: "    if (schema) this.file.reload();",
    replace: "    void schema;",
    player: "transactions",
  },
  {
    name: "a table dropped in a transaction keeps the SCN of its beginning",
    find: 'move("_helios_tables", "dropped");',
    replace: "",
    player: "transactions",
  },
  {
    name: "marks keep the SCN of the beginning",
    find: 'prepared(db, "UPDATE main._helios_marks SET scn = ? WHERE uid = ? AND scn = ?").run(to, def.uid, from);',
    replace: "void prepared;",
    player: "transactions",
  },
  {
    name: "a branch with an open transaction is written by others",
    find: "if (this.held.has(timeline)) throw new BranchBusy(`a transaction is open in ${timeline}`);",
    replace: "void timeline;",
    player: "transactions",
  },
  {
    name: "what SQLite itself has ended counts as open",
    find: "if (!db.inTransaction) this.abort(error);\n      else {",
    replace: "{",
    player: "transactions",
  },
];
