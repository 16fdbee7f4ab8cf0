/**
 * The budget of the first paint: the page's entry script and all chunks that it imports before it runs, which are the ones
 * that the built page preloads. Panels that are opened later, and the workers, do not delay it; each worker has a budget of
 * its own, some 8 % above what it was when the budget was set; certificates and their cryptography took 25 kB of the lab's
 * and of machines' own, and
 * statistics, sorting, searching and copying of packets 8 kB of the analysis worker, and story, explanations, comparison and labs of capture
 * files 36 kB; keyframes took 14 kB of the lab's worker
 * and 7 kB of machines' own; the firmware of machines before PXE and beside it
 * (RARP to gPXE, OpenBoot, UEFI, Raspberry Pi) took some 30 kB of the lab's worker, and what PCs may have of it 7 kB of
 * machines' own; OCSP answers, CMS envelopes and Fibre Channel over Ethernet some 40 kB of the lab's worker and 10 kB of
 * machines' own. The service worker has a line with a hash for each file of the build, so it grows with panels and
 * labs.
 */
import { readdirSync, readFileSync } from 'node:fs';

const html = readFileSync('dist/index.html', 'utf8');
const path = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(([, file]) => `dist/${file}`);
if (path.length === 0) throw new Error('dist/index.html names no script: has the build run?');

/** The script of a worker, which the build names `NAME.worker-HASH.js`. */
function worker(name) {
  const files = readdirSync('dist/assets').filter((file) => file.startsWith(`${name}.worker-`) && file.endsWith('.js'));
  if (files.length !== 1) throw new Error(`dist/assets has ${files.length} scripts of the ${name} worker`);
  return `dist/assets/${files[0]}`;
}

export default [
  { name: 'script before the first paint', path, limit: '265 kB', gzip: true },
  { name: 'the lab’s worker', path: worker('lab'), limit: '760 kB', gzip: true },
  { name: 'the worker of a machine', path: worker('machine'), limit: '370 kB', gzip: true },
  { name: 'the analysis worker', path: worker('analysis'), limit: '295 kB', gzip: true },
  { name: 'the service worker', path: 'dist/sw.js', limit: '26 kB', gzip: true },
];
