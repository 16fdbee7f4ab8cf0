/**
 * Boots of real programs in a row, each with other times of cables, server and keys: a race would show in one of many. A
 * test run has one of each; `NETBOOT_LAB_BOOTS=100` makes it a hundred.
 */
import { describe, expect, it } from 'vitest';
import { boot, FAMILIES } from '../support/boot-families.ts';
import { labFindings, play } from '../support/lab.ts';

const BOOTS = Number(process.env['NETBOOT_LAB_BOOTS'] ?? 1);
const FIRST = Number(process.env['NETBOOT_LAB_FIRST_BOOT'] ?? 1);

describe.each(Object.entries(FAMILIES))('%s', (name, family) => {
  it(`ends well ${BOOTS} times in a row`, () => {
    for (let count = FIRST; count < FIRST + BOOTS; count++) {
      const { lab, stop } = play(boot(family, `${name} ${count}`), { until: `screen:/${family.end}/`, timeoutS: 90 });
      const screen = lab.machine('pc1').screenText();
      expect(stop.kind, `boot ${count} at ${lab.queue.nowNs / 1e9} s:\n${screen}`).toBe('breakpoint');
      expect(labFindings(lab), `boot ${count}`).toEqual([]);
    }
  });
});
