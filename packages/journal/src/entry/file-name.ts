/** The files of a database that the log has: not rewound copies, which are made again, and not transfers. */
const OF_DATABASE = /^(meta\.db(\.unfinished)?|(branches|snapshots|lost\+found)\/[A-Za-z0-9][A-Za-z0-9._-]*)$/;
/** The files of a server that are not a database's: its catalog and its secrets. */
const OF_SERVER = /^(catalog\.db|(jwt|signing|admin)\.(secret|key))(\.unfinished)?$/;

export function isLogged(name: string): boolean {
  return OF_DATABASE.test(name) || OF_SERVER.test(name);
}

/** Suffix of files that nobody relies on yet, and that are removed when the database is opened. */
export const UNFINISHED = ".unfinished";
