/**
 * Writes `licences.json` into the build: the licence texts of the project and of every package of which something is in
 * the build. The bundler reports what is in it, so that no list has to be kept.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { atLeast, itemAt } from '../../src/base/lists/list.ts';
import type { BundledPackage } from '../../src/page/shell/licences.ts';

/** Programs of the build that put some of their own code into it. */
const RUNTIMES: readonly (readonly [RegExp, string])[] = [
  [/^\0?vite\//, 'vite'],
  [/^\0?rolldown\//, 'rolldown'],
];

/** What v86's WebAssembly is linked with, and its package does not mention. */
const IN_V86: readonly Pick<BundledPackage, 'name' | 'version'>[] = [
  { name: 'softfloat', version: '3e' },
  { name: 'zstd', version: 'as in v86' },
];

function inV86(): readonly BundledPackage[] {
  return IN_V86.map(({ name, version }) => ({
    name: `${name} (in v86.wasm)`,
    version,
    licence: 'BSD-3-Clause',
    text: readFileSync(join('tools/licences', `${name}.txt`), 'utf8').trim(),
  }));
}

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** The folder of the package that a module is from; undefined for modules of the project. */
function packageFolder(id: string): string | undefined {
  const runtime = RUNTIMES.find(([pattern]) => pattern.test(id));
  if (runtime !== undefined) return join('node_modules', runtime[1]);
  return /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(itemAt(id.replace(/^\0/, '').split('?'), 0))?.[1];
}

function describe(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson;
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file));
  const whole = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
  // Vite's file goes on with what is in its own program, of which nothing comes here.
  const [text] = atLeast(whole.split(/^# Licenses of bundled dependencies/m), 1);
  if (text.trim() === '') throw new Error(`${folder} has no licence text: name where it is in tools/vite/licences.ts`);
  if (license === undefined || license === '') throw new Error(`${folder}/package.json names no licence`);
  return { name, version, licence: license, text: text.trim() };
}

/** The plugin for the page and the one for its workers, which are bundles of their own. */
export function licences(): { readonly page: () => Plugin; readonly worker: () => Plugin } {
  const folders = new Set<string>();
  const collect: Plugin['generateBundle'] = (_options, bundle) => {
    for (const output of Object.values(bundle)) {
      const modules = output.type === 'chunk' ? Object.entries(output.modules) : [];
      for (const [id, { renderedLength }] of modules) {
        const folder = renderedLength > 0 ? packageFolder(id) : undefined;
        if (folder !== undefined && existsSync(join(folder, 'package.json'))) folders.add(folder);
      }
    }
  };
  return {
    worker: () => ({ name: 'licences-of-workers', generateBundle: collect }),
    page: () => ({
      name: 'licences',
      apply: 'build',
      generateBundle(options, bundle, isWrite) {
        if (typeof collect === 'function') void collect.call(this, options, bundle, isWrite);
        const own: BundledPackage = { ...describe('.'), name: 'Netboot Lab' };
        const packages = new Map([...folders].map((folder) => [folder, describe(folder)]));
        const others = [...packages.values(), ...inV86()].sort((a, b) => (a.name < b.name ? -1 : 1));
        this.emitFile({
          type: 'asset',
          fileName: 'licences.json',
          source: `${JSON.stringify([own, ...others], undefined, 1)}\n`,
        });
      },
    }),
  };
}
