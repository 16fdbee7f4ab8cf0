/** `npm run layers`: tests the check on planted violations, then checks layers and length of the files of `src` and `workers`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { checkLayers } from './layers/check.ts';
import { testTheCheck } from './layers/planted.ts';

const problems = testTheCheck();
for (const problem of problems) console.error(`the layer check itself is wrong: ${problem}`);

const paths = ['src', 'workers'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => `${folder}/${name}`),
);
const sources = new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]));
const violations = checkLayers(sources, existsSync);
for (const { rule, from, to } of violations) console.error(`${rule}: ${from} -> ${to}`);
console.log(`${sources.size} modules, ${violations.length} violations`);
process.exitCode = problems.length > 0 || violations.length > 0 || sources.size < 100 ? 1 : 0;
