/** Names that the generated file itself uses, and so can't be those of its interfaces. */
const TAKEN = ["Tables", "Uint8Array"];

/** A name for the interface of each table, in the same order: `user_accounts` is `UserAccounts`. No two are equal. */
export function interfaceNames(tables: readonly string[]): readonly string[] {
  const taken = new Set(TAKEN);
  return tables.map((table) => {
    const wanted = pascalCase(table);
    let name = wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted}_${n}`;
    taken.add(name);
    return name;
  });
}

/** Only letters and digits of ASCII: which others a compiler takes depends on its version. */
function pascalCase(text: string): string {
  const words = text.normalize("NFKD").match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const name = words
    .map((word) => word.replace(/[^A-Za-z0-9]/g, ""))
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");
  return /^[A-Z]/.test(name) ? name : `Table${name}`;
}

/** A name as the key of a property: quoted if it has to be. */
export function propertyName(text: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(text) ? text : stringLiteral(text);
}

/** With escapes for all that a compiler or an editor might take for the end of a line. */
function stringLiteral(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u00a0\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
