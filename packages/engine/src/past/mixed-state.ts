import { HeliosError } from "@heliosdb/port";
import { epochAt, storedTables } from "../schema/epochs.js";
import { findTable, findView } from "../schema/model.js";
import { foldName, ident, literal } from "../sql/names.js";
import { CopyNeeded } from "./copy-needed.js";
import { PastState } from "./past-state.js";
import { ShadowTable } from "./shadow-table.js";

/**
 * A state in which single tables can be read at other moments besides, under names such as "users@42". On a connection
 * of its own, closed after the query.
 */
export class MixedState extends PastState {
  private readonly made = new Map<string, string>();
  private readonly sizes = new Map<string, number>();
  /** The same by the TEMP tables under the shadows. */
  private readonly olds = new Map<string, number>();
  private readonly attached = new Set<number>();

  constructor(
    path: string,
    private readonly file: string,
    scn: number,
    copies: ReadonlyMap<number, string>,
  ) {
    super(path, scn);
    for (const [at, copy] of copies) {
      this.db.exec(`ATTACH ${literal(copy)} AS ${ident(`at@${at}`)}`);
      this.attached.add(at);
    }
  }

  /** A name by which a table or view can be read as it stood at an SCN. Call inside `within`. */
  shadow(table: string, scn: number): string {
    const name = `${foldName(table)}@${scn}`;
    const known = this.made.get(name);
    if (known) return known;
    const epoch = epochAt(this.db, scn);
    const def = findTable(epoch, table);
    if (!def && !findView(epoch, table)) {
      throw new HeliosError("SQL_NAME_NOT_FOUND", `no such table at that time: ${table}`, { table });
    }
    let readable: string;
    if (this.attached.has(scn)) readable = `${ident(`at@${scn}`)}.${ident(table)}`;
    // A view reads several tables under their own names, which only a copy has.
    else if (!def) throw new CopyNeeded({ file: this.file, scn });
    else {
      const indexes = epoch.objects.filter((object) => object.type === "index" && object.table === def.name);
      const stored = storedTables(this.db).get(def.uid)!;
      const shadow = new ShadowTable(this.db, def, stored, scn, indexes, `at${this.made.size}`);
      shadow.gather(scn, this.headScn());
      this.db.exec(`CREATE TEMP VIEW ${ident(name)} AS ${shadow.select()}`);
      this.sizes.set(name, shadow.rows);
      this.olds.set(shadow.old, shadow.rows);
      readable = ident(name);
    }
    this.made.set(name, readable);
    return readable;
  }

  override get shadowCount(): number {
    return super.shadowCount + this.sizes.size;
  }

  override shadowed(): Map<string, number> {
    return new Map([...super.shadowed(), ...this.sizes, ...this.olds]);
  }

  /** The SCNs whose copies would make a slow query over these shadows quick. */
  get shadowScns(): number[] {
    return [...new Set([...this.sizes.keys()].map((name) => Number(name.slice(name.lastIndexOf("@") + 1))))];
  }
}
