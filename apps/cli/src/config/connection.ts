import { HeliosDBClient, type Hooks } from "@heliosdb/client";
import { UsageError } from "../errors/exit-codes.js";
import { type CaFile, caFile, readCa } from "./ca.js";
import { DEFAULT_PROFILE, type Login, loginPath, profiles, readLogin } from "./login-file.js";
import { findProject, type Project } from "./project-file.js";

const DEFAULT_URL = "http://localhost:8080";

export interface ConnectionOptions {
  readonly url?: string;
  readonly profile?: string;
  readonly ca?: string;
}

/** A setting, and where it comes from, for people. */
export interface Sourced {
  readonly value: string;
  readonly from: string;
}

export interface Connection {
  readonly url: string;
  readonly apiKey: string | undefined;
  /** The CA certificates to trust; null for the usual ones. */
  readonly ca: CaFile | null;
  /** Where the address and the key come from. */
  readonly sources: { readonly profile: Sourced; readonly url: Sourced; readonly apiKey: string | null };
}

/**
 * The server's address and the key: from options, else the environment, else the project's file, else the saved login,
 * else this machine. A saved key is sent only to the server that it was saved for.
 */
export function connectionOf(options: ConnectionOptions): Connection {
  const project = findProject();
  const profile = profileOf(options, project);
  const login = readLogin(profile.value);
  if (login === null && profile.value !== DEFAULT_PROFILE) throw unknownProfile(profile);
  const url = urlOf(options, project, login, profile.value);
  const saved = savedFor(url.value, profile.value, login);
  const isAsked = options.profile !== undefined && saved !== null;
  const given = isAsked ? undefined : process.env.HELIOSDB_API_KEY || undefined;
  if (given !== undefined && url.from === project?.path && saved === null) throw untrusted(url);
  const sources = { profile, url, apiKey: given === undefined ? (saved?.from ?? null) : "HELIOSDB_API_KEY" };
  return {
    url: url.value,
    apiKey: given ?? saved?.apiKey,
    ca: caFile(options.ca, url.value, savedCa(saved), isAsked),
    sources,
  };
}

/** The profile and the address of a login that is to be saved: the profile need not exist yet. */
export function newLogin(options: ConnectionOptions): { readonly profile: string } & Pick<Connection, "url" | "ca"> {
  const project = findProject();
  const profile = profileOf(options, project).value;
  const login = readLogin(profile);
  const url = urlOf(options, project, login, profile).value;
  const before = login && trimmed(login.url) === url ? { ...login, from: loginPath(profile) } : null;
  return { profile, url, ca: caFile(options.ca, url, savedCa(before), false) };
}

/** The CA certificates of a connection; undefined for the usual ones. */
export function trustedBy({ ca }: Pick<Connection, "ca">): Buffer | undefined {
  return ca === null ? undefined : readCa(ca);
}

export function clientFor(connection: Pick<Connection, "url" | "apiKey" | "ca">, hooks?: Hooks): HeliosDBClient {
  const ca = trustedBy(connection);
  // Whoever sends such a key would show it in a message.
  if (connection.apiKey !== undefined && !/^[\x21-\x7e]+$/.test(connection.apiKey)) {
    throw new UsageError("The API key has a character that no key has, such as a space or the end of a line.");
  }
  try {
    return new HeliosDBClient({ baseUrl: connection.url, apiKey: connection.apiKey, ca, hooks });
  } catch (error) {
    throw new UsageError(`${(error as Error).message} (from --url, HELIOSDB_URL, .helios or ${loginPath()})`);
  }
}

function profileOf(options: ConnectionOptions, project: Project | null): Sourced {
  return (
    sourced(options.profile, "--profile") ??
    sourced(process.env.HELIOSDB_PROFILE, "HELIOSDB_PROFILE") ??
    sourced(project?.settings.profile, project?.path) ?? { value: DEFAULT_PROFILE, from: "default" }
  );
}

function urlOf(options: ConnectionOptions, project: Project | null, login: Login | null, profile: string): Sourced {
  const found = sourced(options.url, "--url") ??
    // A profile that is asked for by name means its server, whatever the environment says of others.
    sourced(options.profile === undefined ? undefined : login?.url, loginPath(profile)) ??
    sourced(process.env.HELIOSDB_URL, "HELIOSDB_URL") ??
    sourced(project?.settings.url, project?.path) ??
    sourced(login?.url, loginPath(profile)) ?? { value: DEFAULT_URL, from: "default" };
  return { ...found, value: trimmed(found.value) };
}

interface SavedLogin extends Login {
  readonly from: string;
}

/** The login that was saved for a server: the profile's, or else that of the one profile that is for this server. */
function savedFor(url: string, profile: string, login: Login | null): SavedLogin | null {
  if (login && trimmed(login.url) === url) return { ...login, from: loginPath(profile) };
  if (profile !== DEFAULT_PROFILE) return null;
  const others = profiles().filter((name) => name !== profile);
  const found = others.flatMap((name) => {
    const other = readLogin(name);
    return other && trimmed(other.url) === url ? [{ ...other, from: loginPath(name) }] : [];
  });
  return found.length === 1 ? found[0]! : null;
}

function savedCa(saved: SavedLogin | null): CaFile | null {
  return saved?.ca === undefined ? null : { file: saved.ca, from: saved.from };
}

/** A project may come from anybody: its file must not choose who gets a key. */
function untrusted({ value, from }: Sourced): UsageError {
  return new UsageError(
    `HELIOSDB_API_KEY is not sent to ${value}, which only ${from} names. Set HELIOSDB_URL too, or save the key for this server with "helios login --url ${value}".`,
  );
}

function unknownProfile({ value, from }: Sourced): UsageError {
  const known = profiles();
  const list = known.length === 0 ? "No login was saved yet." : `Saved: ${known.join(", ")}.`;
  return new UsageError(`No profile "${value}" (from ${from}). ${list} Run "helios login --profile ${value}".`);
}

function sourced(value: string | undefined, from: string | undefined): Sourced | null {
  return value === undefined || value === "" ? null : { value, from: from ?? "" };
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, "");
}
