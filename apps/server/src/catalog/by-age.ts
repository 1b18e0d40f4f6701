import type { FindOptionsWhere, ObjectLiteral, Repository } from "typeorm";

/**
 * The rows of a table in the order in which they were made. The moment alone does not say it, since many may be made in
 * one second; their row ids do, which are no columns of an entity.
 */
export function byAge<E extends ObjectLiteral>(
  rows: Repository<E>,
  which: FindOptionsWhere<E>,
  order: "ASC" | "DESC",
): Promise<E[]> {
  const query = rows.createQueryBuilder("made").where(which);
  return query.orderBy("made.createdAt", order).addOrderBy("made.rowid", order).getMany();
}
