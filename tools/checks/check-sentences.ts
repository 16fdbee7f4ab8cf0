/** `npm run sentences`: tests the check on planted sentences, then looks for sentences outside the catalogues of `src`. */
import { readdirSync, readFileSync } from 'node:fs';
import { checkSentences } from './sentences/check.ts';
import { testTheCheck } from './sentences/planted.ts';

const problems = testTheCheck();
for (const problem of problems) console.error(`the sentence check itself is wrong: ${problem}`);

const paths = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
  .map((name) => `src/${name}`);
let hits = 0;
for (const path of paths) {
  for (const { line, text } of checkSentences(path, readFileSync(path, 'utf8'))) {
    console.error(`${path}:${line}: a sentence outside the catalogues (tools/checks/sentences/rules.ts): ${text}`);
    hits++;
  }
}
console.log(`${paths.length} modules, ${hits} sentences outside the catalogues`);
process.exitCode = problems.length > 0 || hits > 0 || paths.length < 100 ? 1 : 0;
