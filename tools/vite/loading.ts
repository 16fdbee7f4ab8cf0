/** Puts `src/ui/loading-failure.ts` before the page's scripts. */
import type { Plugin } from 'vite';
import { buildScript } from '../build-script.ts';

const FILE = 'loading.js';

export function loadingFailure(): Plugin {
  return {
    name: 'loading-failure',
    apply: 'build',
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: FILE, source: await buildScript('src/ui/loading-failure.ts') });
    },
    transformIndexHtml: () => [{ tag: 'script', attrs: { src: `./${FILE}` }, injectTo: 'head-prepend' }],
  };
}
