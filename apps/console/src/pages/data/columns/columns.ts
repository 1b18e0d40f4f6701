/** Columns that are shown, in their order. */
export type ColumnNames = readonly string[];

/** As the URL has it: a JSON list of names. What is no column is left out; without any, all are shown. */
export function shownNames(text: string | undefined, all: ColumnNames): ColumnNames {
  if (text === undefined) return all;
  try {
    const wanted: unknown = JSON.parse(text);
    const names = Array.isArray(wanted) ? [...new Set(wanted)].filter((name) => all.includes(name)) : [];
    return names.length === 0 ? all : names;
  } catch {
    return all;
  }
}

/** Undefined where all are shown as they are in the table. */
export function namesText(names: ColumnNames, all: ColumnNames): string | undefined {
  const isSame = names.length === all.length && names.every((name, at) => name === all[at]);
  return isSame ? undefined : JSON.stringify(names);
}

/** A column that is shown again comes behind those that stand before it in the table; the last one can't be hidden. */
export function toggled(names: ColumnNames, name: string, all: ColumnNames): ColumnNames {
  if (names.includes(name)) return names.length === 1 ? names : names.filter((each) => each !== name);
  const before = new Set(all.slice(0, all.indexOf(name)));
  const place = names.findLastIndex((each) => before.has(each)) + 1;
  return names.toSpliced(place, 0, name);
}

/** Brings a column to the place of another. */
export function moved(names: ColumnNames, name: string, to: number): ColumnNames {
  const from = names.indexOf(name);
  if (from < 0 || to < 0 || to >= names.length) return names;
  return names.toSpliced(from, 1).toSpliced(to, 0, name);
}
