/**
 * Puts the service worker into the build, with the exact list of the build's files: what stands in the output folder
 * when everything else is written, less the images, which are kept as labs use them.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Plugin } from 'vite';
import type { Build } from '../../src/threads/api/offline-messages.ts';
import { buildScript } from '../build-script.ts';

const WORKER = 'sw.js';

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !file.startsWith('images/') && file !== WORKER)
    .sort();
}

/** The build by the name of its first script, which has the hash of all that it leads to. */
function describeBuild(folder: string): Build {
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const id = /<script type="module"[^>]* src="[^"]*assets\/([^"]+)\.js"/.exec(html)?.[1];
  if (id === undefined) throw new Error(`${folder}/index.html names no script`);
  const files = filesOf(folder).map((file) => ({
    path: file === 'index.html' ? '' : file,
    sha256: createHash('sha256')
      .update(readFileSync(join(folder, file)))
      .digest('hex'),
  }));
  return { id, files };
}

export function offline(): Plugin {
  let folder = 'dist';
  return {
    name: 'offline',
    apply: 'build',
    configResolved: (config) => {
      folder = config.build.outDir;
    },
    async closeBundle() {
      const code = await buildScript('workers/service.worker.ts', {
        THIS_BUILD: JSON.stringify(describeBuild(folder)),
      });
      writeFileSync(join(folder, WORKER), code);
    },
  };
}
