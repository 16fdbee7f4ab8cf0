/** `npm run layers`: tests the check on planted violations, then checks layers and length of the files of `src` and `workers`, and the rooms of all folders. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { checkLayers } from './layers/check.ts';
import { testTheCheck } from './layers/planted.ts';
import { checkRooms } from './layers/rooms.ts';

const problems = testTheCheck();
for (const problem of problems) console.error(`the layer check itself is wrong: ${problem}`);

const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`);

const paths = ['src', 'workers'].flatMap(filesOf).filter((path) => /\.tsx?$/.test(path));
const sources = new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]));
const violations = [
  ...checkLayers(sources, existsSync),
  ...checkRooms(['src', 'workers', 'test', 'tools'].flatMap(filesOf)),
];
for (const { rule, from, to } of violations) console.error(`${rule}: ${from} -> ${to}`);
console.log(`${sources.size} modules, ${violations.length} violations`);
process.exitCode = problems.length > 0 || violations.length > 0 || sources.size < 100 ? 1 : 0;
