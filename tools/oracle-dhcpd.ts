/**
 * The lab's dhcpd against the real one. `generate SEED COUNT FILE` makes configurations and conversations; as root,
 * `tools/record/dhcpd.py FILE RECORDED` has them answered by the real dhcpd; `compare RECORDED...` lists what differs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { compareCase, type RecordedCase } from '../test/dhcpd/compare.ts';
import { generateCases } from '../test/dhcpd/generate.ts';

const [command, ...rest] = process.argv.slice(2);
if (command === 'generate' && rest.length === 3) {
  const [seed = '', count = '', file = ''] = rest;
  writeFileSync(file, JSON.stringify(generateCases(seed, Number(count)), null, 1));
} else if (command === 'compare' && rest.length > 0) {
  const cases = rest.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')) as RecordedCase[]);
  const different = cases.filter((one) => {
    const differences = compareCase(one);
    if (differences.length > 0) console.log(`${one.name}\n  ${differences.join('\n  ')}`);
    return differences.length > 0;
  });
  console.log(`${cases.length} conversations, ${different.length} differ`);
  process.exitCode = different.length > 0 ? 1 : 0;
} else {
  console.error('usage: oracle-dhcpd.ts generate SEED COUNT FILE | compare RECORDED...');
  process.exitCode = 2;
}
