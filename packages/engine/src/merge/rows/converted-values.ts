import { openInMemory, type Statement } from "../../file/connection.js";
import { isSqliteFailure } from "../../file/sqlite-error.js";
import type { Affinity } from "../../schema/affinity.js";
import type { SqliteValue } from "../../values/sqlite-value.js";
import { isBroken } from "../../values/text-bytes.js";

/**
 * Converts values as a column of another affinity would store them: if one side changed a column's type, the values of
 * both must be compared under that type. SQLite itself does this, in a separate database.
 */
export class ConvertedValues {
  private readonly db = openInMemory();
  private readonly statements = new Map<Affinity, Statement>();

  of(affinity: Affinity, value: SqliteValue): SqliteValue {
    // A text that is invalid UTF-8 is not a number either, so it stays unchanged.
    if (value === null || isBroken(value)) return value;
    let statement = this.statements.get(affinity);
    if (!statement) {
      this.db.exec(`CREATE TABLE ${affinity}_values (id INTEGER PRIMARY KEY, value ${affinity})`);
      statement = this.db
        .prepare(`INSERT OR REPLACE INTO ${affinity}_values VALUES (1, ?) RETURNING value`)
        .pluck()
        .safeIntegers();
      this.statements.set(affinity, statement);
    }
    try {
      return statement.get(value) as SqliteValue;
    } catch (error) {
      if (isSqliteFailure(error)) return value;
      throw error;
    }
  }

  close(): void {
    this.db.close();
  }
}
