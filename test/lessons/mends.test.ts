/** Challenges are about the cause: other mends than the recorded one count, and a changed machine does not. */
import { expect, it } from 'vitest';
import { playerHost } from '../../src/cli/check.ts';
import { correct, countingSteps, trySolutions } from '../../src/lessons/correct.ts';
import { applyEdits } from '../../src/lessons/edits.ts';
import type { ScenarioEdit } from '../../src/lessons/schema.ts';
import { readLessons } from '../../tools/catalogue/lessons.ts';
import { startScenario } from './trial.ts';

const LESSONS = new Map(readLessons().map((lesson) => [lesson.id, lesson]));
const config = (replace: string, by: string, node = 'boot'): ScenarioEdit => ({
  at: ['nodes', node, 'services', 'dnsmasq', 'config'],
  replace,
  with: by,
});

async function isMended(id: string, edits: readonly ScenarioEdit[]): Promise<boolean> {
  const lesson = LESSONS.get(id);
  if (lesson === undefined) throw new Error(`there is no lesson ${id}`);
  const start = await startScenario(lesson);
  const host = playerHost();
  const trial = trySolutions(lesson, start, host);
  const changed = applyEdits(start, edits);
  if (!trial.ok || !changed.ok) throw new Error('the mend of this test cannot be applied');
  const counting = countingSteps(lesson, start, trial.value, host);
  if (!counting.ok) throw new Error('the lesson’s own solution cannot be handed in');
  const marks = correct(lesson, start, { scenario: changed.value, answers: {} }, counting.value, host);
  return marks.ok && marks.value.passed;
}

it.each<readonly [string, string, readonly ScenarioEdit[]]>([
  [
    'case-1',
    'the file renamed',
    [{ at: ['nodes', 'boot', 'files', '/srv/tftp/boot.bin', 'path'], value: '/srv/tftp/Boot.bin' }],
  ],
  ['case-2', 'the machine moved to the VLAN by its port', [{ at: ['nodes', 'sw1', 'ports'], value: [] }]],
  [
    'case-4',
    'the address given to the server',
    [{ at: ['nodes', 'boot', 'nics', 0, 'address'], value: '10.0.2.11/24' }],
  ],
  ['case-5', 'the line made a comment', [config('dhcp-host=52:54:00:ba:00:01,ignore', '#')]],
  ['case-6', 'the tag set by option 175', [config('dhcp-userclass=set:ipxe,ipxe', 'dhcp-match=set:ipxe,175')]],
  ['case-9', 'the cable mended', [{ at: ['links', 1, 'faults'], value: [] }]],
  ['case-10', 'spanning tree switched off', [{ at: ['nodes', 'sw1', 'stp', 'enabled'], value: false }]],
])('%s is mended by %s', async (id, _how, edits) => expect(await isMended(id, edits)).toBe(true));

it('a machine that was changed instead of the fault is no mend', async () => {
  const edits: readonly ScenarioEdit[] = [{ at: ['nodes', 'pc1', 'nics', 0, 'mac'], value: '52:54:00:ba:00:77' }];
  expect(await isMended('case-5', edits)).toBe(false);
});
