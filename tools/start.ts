/** `npm start [-- --port N]`: assembles the images (`package.json`), builds the page and serves it. */
import { spawnSync } from 'node:child_process';

const run = (args: readonly string[]): number => spawnSync('npx', args, { stdio: 'inherit' }).status ?? 1;

console.error('Building the page…');
let code = run(['tsx', 'tools/scenario-index.ts']);
// Without its list of files; warnings and errors come through.
if (code === 0) code = run(['vite', 'build', '--logLevel', 'warn']);
if (code === 0) code = run(['tsx', 'tools/serve.ts', ...process.argv.slice(2)]);
process.exitCode = code;
