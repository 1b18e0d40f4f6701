import type { FindOptionsWhere, ObjectLiteral, Repository } from "typeorm";

/**
 * The rows of a table in the order of their creation. The time alone is not enough, since many may be made in one
 * second; their row ids, which are not columns of an entity, decide.
 */
export function byAge<E extends ObjectLiteral>(
  rows: Repository<E>,
  which: FindOptionsWhere<E>,
  order: "ASC" | "DESC",
): Promise<E[]> {
  const query = rows.createQueryBuilder("made").where(which);
  return query.orderBy("made.createdAt", order).addOrderBy("made.rowid", order).getMany();
}
