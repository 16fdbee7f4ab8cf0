/** Builds a script that stands by itself: no module, and not one of the page's. */
import { build } from 'vite';

/** Its code. `define` puts values in for names. */
export async function buildScript(entry: string, define: Readonly<Record<string, string>> = {}): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    define,
    build: {
      write: false,
      target: 'es2022',
      rollupOptions: { input: entry, output: { format: 'iife' } },
    },
  });
  const [made] = Array.isArray(output) ? output : [output];
  const chunk = 'output' in made ? made.output[0] : undefined;
  if (chunk?.type !== 'chunk') throw new Error(`${entry} was not built`);
  return chunk.code;
}
