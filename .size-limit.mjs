/**
 * The budget of the first paint: the page's entry script and all chunks that it imports before it runs, which are the ones
 * that the built page preloads. Panels that are opened later, and the workers, do not delay it.
 */
import { readFileSync } from 'node:fs';

const html = readFileSync('dist/index.html', 'utf8');
const path = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(([, file]) => `dist/${file}`);
if (path.length === 0) throw new Error('dist/index.html names no script: has the build run?');

export default [{ name: 'script before the first paint', path, limit: '250 kB', gzip: true }];
