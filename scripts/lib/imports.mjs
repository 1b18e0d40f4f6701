import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";

/**
 * The import directions of one package. `folder` contains its sources, `floors` names its folders from top to bottom; a
 * folder may import those below it in the list. "." means the files in `folder` itself. Type imports count.
 *
 * Returns { files, folders, fileCircles, folderCircles, upward, unlisted, missing }: the counts of files and folders,
 * each cycle as the list of its members, each upward import as { from, to }, the folders that the list lacks, and those
 * that it has and the sources don't.
 */
export function examine(folder, floors) {
  const imports = readImports(folder);
  const folders = [...new Set([...imports.keys()].map(dirname))].sort();
  return {
    files: imports.size,
    folders: folders.length,
    fileCircles: circles(imports),
    folderCircles: folderCircles(imports, folders),
    upward: upwardArrows(imports, floors),
    unlisted: folders.filter((name) => !floors.includes(name)),
    missing: floors.filter((name) => !folders.includes(name)),
  };
}

/** Maps each source file to those that it imports, all relative to `folder`. */
function readImports(folder) {
  const files = sources(folder).map((path) => relative(folder, path).replaceAll("\\", "/"));
  const known = new Set(files);
  return new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(join(folder, file), "utf8"), true, true);
      const targets = importedFiles
        .filter(({ fileName }) => fileName.startsWith("."))
        .map(({ fileName }) => join(dirname(file), fileName).replaceAll("\\", "/"))
        .flatMap((target) => [target.replace(/\.js$/, ".ts"), target.replace(/\.js$/, ".tsx")]);
      return [file, new Set(targets.filter((target) => known.has(target)))];
    }),
  );
}

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

/**
 * Cycles among the entries of each folder: its subfolders, each with all its content, and its own files as one entry.
 * So two folders whose subfolders import each other form a cycle, too.
 */
function folderCircles(imports, folders) {
  const parents = new Set(folders.flatMap(ancestors));
  return [...parents].flatMap((parent) => {
    const graph = new Map();
    for (const [file, targets] of imports) {
      const from = entryOf(parent, file);
      if (from === undefined) continue;
      if (!graph.has(from)) graph.set(from, new Set());
      for (const target of targets) {
        const to = entryOf(parent, target);
        if (to !== undefined && to !== from) graph.get(from).add(to);
      }
    }
    return circles(graph);
  });
}

function ancestors(folder) {
  return folder === "." ? ["."] : [folder, ...ancestors(dirname(folder))];
}

/**
 * The subfolder of `parent` that contains the file, `parent` itself for a file directly in it, undefined if elsewhere.
 */
function entryOf(parent, file) {
  const folder = dirname(file);
  if (folder === parent) return parent;
  const start = parent === "." ? "" : `${parent}/`;
  if (!folder.startsWith(start)) return undefined;
  return start + folder.slice(start.length).split("/")[0];
}

function upwardArrows(imports, floors) {
  const height = (file) => floors.indexOf(dirname(file));
  return [...imports].flatMap(([from, targets]) =>
    [...targets]
      .filter((to) => height(from) !== -1 && height(to) !== -1 && height(to) < height(from))
      .map((to) => ({ from, to })),
  );
}

/** The strongly connected parts of a graph that have more than one member or import themselves (Tarjan). */
function circles(graph) {
  const found = [];
  const order = new Map();
  const lowest = new Map();
  const open = [];
  const visit = (node) => {
    order.set(node, order.size);
    lowest.set(node, order.get(node));
    open.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      if (open.includes(next)) lowest.set(node, Math.min(lowest.get(node), lowest.get(next)));
    }
    if (lowest.get(node) !== order.get(node)) return;
    const members = open.splice(open.indexOf(node));
    if (members.length > 1 || graph.get(node)?.has(node)) found.push(members.sort());
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return found;
}
