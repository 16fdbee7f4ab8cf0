/** `npm run scenarios`: renews `public/scenarios/index.json`, from which the page offers the labs of the site. */
import { writeFileSync } from 'node:fs';
import { readScenarioCatalogue } from './scenario-catalogue.ts';

const entries = readScenarioCatalogue();
writeFileSync(new URL('../public/scenarios/index.json', import.meta.url), `${JSON.stringify(entries, null, 2)}\n`);
console.log(`${entries.length} scenarios`);
