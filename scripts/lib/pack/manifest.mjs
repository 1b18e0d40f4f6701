/** Fields that mean something only in this repository. */
const PRIVATE = ["private", "scripts", "devDependencies", "lint-staged"];

/**
 * The manifest that a package has in its tarball: exact versions for `workspace:*`, and the dependencies of the packages
 * that it bundles among its own, because not every package manager looks for them there.
 * @param bundled manifests as `bundledManifest` makes them
 */
export function publishedManifest(manifest, versions, bundled) {
  const inside = Object.fromEntries(bundled.map(({ name, version }) => [name, version]));
  const dependencies = { ...exact(manifest, versions), ...inside };
  for (const { name, dependencies: more = {} } of bundled) {
    for (const [dependency, range] of Object.entries(more)) {
      if (Object.hasOwn(inside, dependency)) continue;
      const own = dependencies[dependency];
      if (own !== undefined && own !== range) {
        throw new Error(`${manifest.name} needs ${dependency} ${own}, but ${name}, which it bundles, needs ${range}.`);
      }
      dependencies[dependency] = range;
    }
  }
  const kept = without(manifest, PRIVATE);
  return {
    ...kept,
    dependencies: Object.fromEntries(Object.entries(dependencies).sort(([a], [b]) => (a < b ? -1 : 1))),
    ...(bundled.length > 0 && { bundleDependencies: Object.keys(inside).sort() }),
  };
}

/**
 * The manifest of a package inside another's tarball. An entry with `files` is a package of others, of which only these
 * are needed. npm would add its `main` to them, which is dropped where nobody imports the package.
 */
export function bundledManifest(manifest, versions, { files, without: dropped = [] }) {
  const dependencies = dropped === "all" ? {} : without(exact(manifest, versions), dropped);
  const entryPoints = files && !manifest.exports ? ["main", "browser"] : [];
  const peers = dropped === "all" ? {} : { peerDependencies: manifest.peerDependencies };
  return {
    ...without(manifest, [...PRIVATE, "peerDependencies", "optionalDependencies", ...entryPoints]),
    ...(files && { files }),
    dependencies,
    ...peers,
  };
}

function exact({ name, dependencies = {} }, versions) {
  return Object.fromEntries(
    Object.entries(dependencies).map(([dependency, range]) => {
      if (!range.startsWith("workspace:")) return [dependency, range];
      const version = versions.get(dependency);
      if (version === undefined) throw new Error(`${name} depends on ${dependency}, which is not in this repository.`);
      return [dependency, version];
    }),
  );
}

function without(object, keys) {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
