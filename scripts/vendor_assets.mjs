// Copies the built files that map pages load from node_modules to maps/static/vendor, with their
// licences, and writes manifest.json (name, version, licence, files with sha256).
// Run by `npm run vendor` after `npm ci`. The folder is ignored by git and packed into the wheel.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const SOURCE = join(ROOT, "node_modules");
const TARGET = join(ROOT, "maps", "static", "vendor");

// What pages load. Everything else in node_modules is either compiled into these files or unused.
const WANTED = {
  leaflet: [
    "dist/leaflet.js",
    "dist/leaflet.css",
    "dist/images/layers.png",
    "dist/images/layers-2x.png",
    "dist/images/marker-icon.png",
    "dist/images/marker-icon-2x.png",
    "dist/images/marker-shadow.png",
  ],
  "protomaps-leaflet": ["dist/protomaps-leaflet.js"],
};

const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));
const sha256 = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

function licenceFile(folder) {
  return readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
}

/** Copy a package's licence text and describe it; `into` names the package it is compiled into. */
function describe(name, into) {
  const folder = join(SOURCE, name);
  const about = readJson(join(folder, "package.json"));
  const text = licenceFile(folder);
  const copy = text ? `licences/${name.replace("/", "__")}.txt` : null;
  if (copy) cpSync(join(folder, text), join(TARGET, copy));
  return { name, version: about.version, licence: about.license ?? "see text", licence_text: copy,
           compiled_into: into, files: [] };
}

/** Names of the packages a built file contains: the run-time dependencies, walked to the end. */
function dependencies(name, seen) {
  const about = readJson(join(SOURCE, name, "package.json"));
  for (const child of Object.keys(about.dependencies ?? {})) {
    // Type declarations leave nothing in a built file.
    if (child.startsWith("@types/") || seen.has(child)) continue;
    if (!existsSync(join(SOURCE, child))) continue;
    seen.add(child);
    dependencies(child, seen);
  }
  return seen;
}

if (!existsSync(SOURCE)) {
  console.error("node_modules is missing. Run `npm ci` first, then `npm run vendor`.");
  process.exit(1);
}
rmSync(TARGET, { recursive: true, force: true });
mkdirSync(join(TARGET, "licences"), { recursive: true });

const packages = [];
for (const [name, files] of Object.entries(WANTED)) {
  const entry = describe(name, null);
  for (const file of files) {
    const target = join(name, file.replace(/^dist\//, ""));
    mkdirSync(dirname(join(TARGET, target)), { recursive: true });
    cpSync(join(SOURCE, name, file), join(TARGET, target));
    entry.files.push({ path: target, sha256: sha256(join(TARGET, target)) });
  }
  packages.push(entry);
  for (const child of [...dependencies(name, new Set())].sort()) packages.push(describe(child, name));
}
writeFileSync(join(TARGET, "manifest.json"), `${JSON.stringify({ packages }, null, 2)}\n`);
console.log(`${packages.length} packages listed, files copied to maps/static/vendor`);
