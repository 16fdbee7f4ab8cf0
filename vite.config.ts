import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { licences } from './tools/vite/licences.ts';
import { loadingFailure } from './tools/vite/loading.ts';
import { offline } from './tools/vite/offline.ts';
import { v86Wasm, withoutNodeModules } from './tools/vite/v86.ts';

const { page, worker } = licences();

// How long plugins take is no news to who builds the site.
const rollupOptions = { checks: { pluginTimings: false } };

export default defineConfig({
  // Relative addresses: the build works from any sub-path of a static site.
  base: './',
  plugins: [react(), withoutNodeModules(), page(), loadingFailure(), offline()],
  worker: { format: 'es', rollupOptions, plugins: () => [withoutNodeModules(), worker()] },
  define: { V86_WASM: JSON.stringify(v86Wasm()) },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    rollupOptions,
  },
  server: { port: 5173, strictPort: false },
});
