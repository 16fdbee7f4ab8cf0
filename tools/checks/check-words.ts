/** `npm run words`: tests the check on planted sentences, then checks comments, message tables and documentation. */
import { readdirSync, readFileSync } from 'node:fs';
import { checkWords } from './words/check.ts';
import { testTheCheck } from './words/planted.ts';

const problems = testTheCheck();
for (const problem of problems) console.error(`the word check itself is wrong: ${problem}`);

const paths = ['src', 'workers', 'tools', 'test', 'docs'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(tsx?|md)$/.test(name))
    .map((name) => `${folder}/${name}`)
    .filter((path) => !path.startsWith('tools/checks/words/')),
);
let hits = 0;
for (const path of ['README.md', ...paths]) {
  for (const { line, found, instead } of checkWords(path, readFileSync(path, 'utf8'))) {
    console.error(`${path}:${line}: "${found}"; write: ${instead}`);
    hits++;
  }
}
console.log(`${paths.length + 1} files, ${hits} phrases to reword`);
process.exitCode = problems.length > 0 || hits > 0 || paths.length < 100 ? 1 : 0;
