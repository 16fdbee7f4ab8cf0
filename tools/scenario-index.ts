/** `npm run scenarios`: renews `public/scenarios/index.json`, from which the page offers the labs of the site. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('../public/scenarios/', import.meta.url);

interface Head {
  readonly name: string;
  readonly description?: string;
}

/** The opening lab first, then real PCs, bare machines, and wrong inputs last. */
const ORDER = ['debian-installer', 'two-vlans', 'debian', 'pc-', 'bare-', 'dnsmasq-', 'wrong-'];

function rank(file: string): number {
  const at = ORDER.findIndex((prefix) => file.startsWith(prefix));
  return at < 0 ? ORDER.length : at;
}

const entries = readdirSync(folder)
  .filter((file) => file.endsWith('.json') && file !== 'index.json')
  .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
  .map((file) => {
    const { name, description = '' } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Head;
    return { file, name, description };
  });
writeFileSync(new URL('index.json', folder), `${JSON.stringify(entries, null, 2)}\n`);
console.log(`${entries.length} scenarios`);
