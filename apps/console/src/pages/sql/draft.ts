const nameOf = (branch: string) => `heliosdb.sql.${branch}`;

/** What was typed for a branch and not cleared, for as long as the tab is open. */
export function draftOf(branch: string): string {
  return sessionStorage.getItem(nameOf(branch)) ?? "";
}

export function saveDraft(branch: string, text: string): void {
  try {
    sessionStorage.setItem(nameOf(branch), text);
  } catch {
    // A draft beyond what the browser keeps is only in the editor.
  }
}
