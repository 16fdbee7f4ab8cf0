/**
 * The kernel modules that a small system needs, with those that they depend on, and the two lists by which `modprobe`
 * finds them. A package of a kernel has no such lists (they are made when it is installed), but each module says in
 * its section `.modinfo` what it depends on and what it is good for.
 */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fromLatin1 } from '../../src/base/bytes.ts';
import { err, ok, type Result } from '../../src/base/result.ts';

interface KernelModule {
  readonly name: string;
  readonly file: string;
  /** Names of modules that must be loaded before it. */
  readonly needs: readonly string[];
  /** What a device or the kernel itself asks for: patterns such as `pci:v000010ECd00008029sv*`. */
  readonly aliases: readonly string[];
}

export interface ModuleSet {
  readonly modules: readonly KernelModule[];
  readonly dependencyList: string;
  readonly aliasList: string;
}

/** The kernel takes both for the same. */
const normal = (name: string): string => name.replaceAll('-', '_');

/** `wanted` are modules by name; `optional` ones may be missing or part of the kernel. */
export function chooseModules(folder: string, wanted: readonly string[]): Result<ModuleSet, string> {
  const files = new Map(modulesIn(folder).map((file) => [normal(basename(file, '.ko')), file]));
  const builtIn = builtInModules(folder);
  const chosen = new Map<string, KernelModule>();
  const missing: string[] = [];
  const choose = (name: string): void => {
    if (chosen.has(name) || builtIn.has(name)) return;
    const file = files.get(name);
    if (file === undefined) missing.push(name);
    else {
      const module = readModule(name, file);
      chosen.set(name, module);
      for (const need of module.needs) choose(need);
    }
  };
  for (const name of wanted) choose(normal(name));
  if (missing.length > 0) return err(`the kernel has no module ${missing.join(', ')}`);
  const modules = [...chosen.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const below = ({ name }: KernelModule): string => `${name}.ko`;
  return ok({
    modules,
    dependencyList: modules
      .map(
        (module) =>
          `${below(module)}:${before(module, chosen)
            .map((need) => ` ${below(need)}`)
            .join('')}\n`,
      )
      .join(''),
    aliasList: modules.flatMap(({ name, aliases }) => aliases.map((alias) => `alias ${alias} ${name}\n`)).join(''),
  });
}

/** All that a module depends on, also by others, those that are to be loaded last in front. */
function before(module: KernelModule, chosen: ReadonlyMap<string, KernelModule>): readonly KernelModule[] {
  const found = new Set<KernelModule>();
  const visit = ({ needs }: KernelModule): void => {
    for (const need of needs) {
      const other = chosen.get(need);
      if (other === undefined || found.has(other)) continue;
      visit(other);
      found.add(other);
    }
  };
  visit(module);
  return [...found].reverse();
}

function readModule(name: string, file: string): KernelModule {
  const text = fromLatin1(readFileSync(file));
  const values = (key: string): readonly string[] =>
    [...text.matchAll(new RegExp(`\\0${key}=([^\\0]*)\\0`, 'g'))].map(([, value = '']) => value);
  const needs = values('depends').flatMap((list) => list.split(',').filter((need) => need !== ''));
  return { name, file, needs: needs.map(normal), aliases: values('alias') };
}

function modulesIn(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return modulesIn(path);
    return name.endsWith('.ko') ? [path] : [];
  });
}

function builtInModules(folder: string): ReadonlySet<string> {
  const list = join(folder, 'modules.builtin');
  if (!existsSync(list)) return new Set();
  const lines = readFileSync(list, 'utf8').split('\n');
  return new Set(lines.filter((line) => line !== '').map((line) => normal(basename(line, '.ko'))));
}
