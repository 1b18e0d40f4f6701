/** The files of a database that the log has: not rewound copies, which are made again, and not transfers. */
const LOGGED = /^(meta\.db(\.unfinished)?|(branches|snapshots|lost\+found)\/[A-Za-z0-9][A-Za-z0-9._-]*)$/;

export function isLogged(name: string): boolean {
  return LOGGED.test(name);
}

/** Suffix of files that nobody relies on yet, and that are removed when the database is opened. */
export const UNFINISHED = ".unfinished";
