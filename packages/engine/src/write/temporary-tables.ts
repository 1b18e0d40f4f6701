import type { Connection } from "../file/connection.js";

interface Place {
  readonly name: string;
  readonly rootpage: number;
}

/**
 * Tables that a batch has made with CREATE TEMPORARY TABLE: ordinary ones until its end. They are followed under whatever
 * name, since a table that gets the name of one later is to stay.
 */
export class TemporaryTables {
  private places: Place[] = [];

  constructor(private readonly db: Connection) {}

  get names(): readonly string[] {
    return this.places.map(({ name }) => name);
  }

  /** The statement before has made it. */
  made(name: string): void {
    const place = this.find("name = ? COLLATE NOCASE", name);
    if (place) this.places.push(place);
  }

  /** Call it after each statement that may have dropped or renamed one: no statement drops one and gives its name away. */
  follow(): void {
    this.places = this.places.flatMap(
      ({ name, rootpage }) => this.find("name = ? COLLATE NOCASE", name) ?? this.find("rootpage = ?", rootpage) ?? [],
    );
  }

  private find(condition: string, value: string | number): Place | undefined {
    // A dropped one may be kept for the past, under a name of the engine's.
    const own = "name NOT GLOB '_helios_*'";
    const sql = `SELECT name, rootpage FROM main.sqlite_schema WHERE type = 'table' AND ${own} AND ${condition}`;
    return this.db.prepare(sql).get(value) as Place | undefined;
  }
}
