import type { DataSource, EntityTarget, FindOptionsWhere, ObjectLiteral } from "typeorm";

/**
 * The rows of a table in the order in which they were made. The moment alone does not say it, since many may be made in
 * one second; their row ids do.
 */
export function byAge<E extends ObjectLiteral>(
  catalog: DataSource,
  entity: EntityTarget<E>,
  which: FindOptionsWhere<E>,
  order: "ASC" | "DESC",
): Promise<E[]> {
  const query = catalog.getRepository(entity).createQueryBuilder("made").where(which);
  return query.orderBy("made.createdAt", order).addOrderBy("made.rowid", order).getMany();
}
