/** Puts `src/ui/loading-fault.ts` before the page's scripts. */
import type { Plugin } from 'vite';
import { buildScript } from './build-script.ts';

const FILE = 'loading.js';

export function loadingFault(): Plugin {
  return {
    name: 'loading-fault',
    apply: 'build',
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: FILE, source: await buildScript('src/ui/loading-fault.ts') });
    },
    transformIndexHtml: () => [{ tag: 'script', attrs: { src: `./${FILE}` }, injectTo: 'head-prepend' }],
  };
}
