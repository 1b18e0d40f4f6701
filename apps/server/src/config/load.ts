import { isLoopback } from "../util/addresses.js";
import { suggestion } from "../util/nearest.js";
import { ConfigError, type Option } from "./option.js";
import { CLIENT_SETTINGS, type Config, OF_CELLS, OPTIONS } from "./options.js";

type Settings = { readonly [name: string]: string | undefined };

/**
 * The configuration from the environment and from flags, which win. Nothing else in the server reads the environment.
 * Throws ConfigError for a wrong value and for a HELIOSDB_ name that nobody knows.
 */
export function loadConfig(env: Settings, flags: { readonly [K in keyof Config]?: string } = {}): Config {
  refuseUnknownNames(env);
  const config: { [name: string]: unknown } = {};
  for (const [key, option] of Object.entries(OPTIONS) as [keyof Config, Option<unknown>][]) {
    const flag = flags[key];
    const fromEnv = env[option.env];
    if (flag !== undefined) config[key] = parse(option, flag, option.flag.split(" ")[0]!);
    // A variable that is set to nothing is a variable that is not set.
    else if (fromEnv !== undefined && fromEnv !== "") config[key] = parse(option, fromEnv, option.env);
    else config[key] = option.fallback;
  }
  const checked = Object.freeze(config) as unknown as Config;
  if (checked.auth === "off" && !isLoopback(checked.apiHost)) {
    throw new ConfigError(
      `HELIOSDB_AUTH=off needs a loopback address, got HELIOSDB_API_HOST "${checked.apiHost}". Set it to 127.0.0.1, or turn authentication on.`,
    );
  }
  checkTls(checked);
  if (checked.storeUrls.length === 0) {
    const useless = OF_CELLS.map((key) => OPTIONS[key]).find(({ env: name }, i) => env[name] || flags[OF_CELLS[i]!]);
    if (useless)
      throw new ConfigError(`${useless.env} means nothing without ${OPTIONS.storeUrls.env}. Set both, or neither.`);
  }
  return checked;
}

function checkTls({ tlsCert, tlsKey }: Config): void {
  if ((tlsCert === null) === (tlsKey === null)) return;
  const [given, missing] = tlsKey === null ? [OPTIONS.tlsCert, OPTIONS.tlsKey] : [OPTIONS.tlsKey, OPTIONS.tlsCert];
  throw new ConfigError(`${given.env} needs ${missing.env}. Set both for HTTPS, or neither.`);
}

function parse(option: Option<unknown>, text: string, name: string): unknown {
  try {
    return option.parse(text);
  } catch (error) {
    throw error instanceof ConfigError ? new ConfigError(`${name} ${error.message}`) : error;
  }
}

function refuseUnknownNames(env: Settings): void {
  const known = [...Object.values(OPTIONS).map((option) => option.env), ...Object.keys(CLIENT_SETTINGS)];
  for (const name of Object.keys(env)) {
    if (!name.startsWith("HELIOSDB_") || known.includes(name)) continue;
    const near = suggestion(name, known);
    throw new ConfigError(`Unknown setting ${name}.${near ? ` Did you mean ${near}?` : ""}`);
  }
}
