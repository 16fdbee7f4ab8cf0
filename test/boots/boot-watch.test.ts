/** What the lab reports about files that servers send to bare machines, and about machines from what they fetch. */
import { describe, expect, it } from 'vitest';
import type { LabEvent } from '../../src/base/event-log.ts';
import type { Lab } from '../../src/lab/lab.ts';
import type { FileFlaw } from '../../src/services/files/messages.ts';
import { remedyIdFor } from '../../src/analysis/story/findings/remedies.ts';
import { troubleOf } from '../../src/analysis/story/findings/trouble.ts';
import { PXE_ERRORS } from '../../src/firmware/pxe/errors.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { play, labFindings, siteScenario } from '../support/lab.ts';

/** The lab `bare-pxe` with another boot program. */
function withBootFile(text: string): Scenario {
  const scenario = structuredClone(siteScenario('bare-pxe'));
  for (const node of scenario.nodes)
    if (node.kind === 'server') node.files = [{ path: '/srv/tftp/boot.bin', content: { text } }];
  // The machine halts before its last acknowledgement has come to the server.
  return { ...scenario, until: 'stage:power-off' };
}

function reported(lab: Lab): readonly (LabEvent & { readonly kind: 'server' })[] {
  return lab.log.events.filter(
    (event): event is LabEvent & { readonly kind: 'server' } => event.kind === 'server' && event.service === 'files',
  );
}

describe('files that cannot do what they are fetched for', () => {
  it('are told once, at the server, because of the transfer', () => {
    const { lab } = play(withBootFile('Not a program.\n'), { timeoutS: 20 });
    const [event, ...more] = reported(lab);
    expect(more).toEqual([]);
    expect(event).toMatchObject({ node: 'boot', code: 'file.boot-program-is-text', severity: 'warn' });
    expect(lab.log.events[event?.cause ?? -1]).toMatchObject({ kind: 'transfer', state: 'done' });
    expect(labFindings(lab)).toMatchObject([{ id: 'file.boot-program-is-text' }]);
  });

  it('are told again in the next boot', () => {
    const scenario = withBootFile('Not a program.\n');
    const { lab } = play(
      {
        ...scenario,
        inputs: [{ machine: 'pc1', at: { when: 'stage:halted', delayMs: 100 }, do: { power: 'reset' } }],
      },
      { timeoutS: 20 },
    );
    expect(reported(lab)).toHaveLength(2);
  });

  it('are scripts for a plain ROM, not for iPXE', () => {
    const scenario = withBootFile('#!ipxe\nshell\n');
    expect(reported(play(scenario, { timeoutS: 20 }).lab).map(({ code }) => code)).toEqual([
      'file.boot-program-is-script',
    ]);
    const clever = structuredClone(scenario);
    for (const node of clever.nodes) if (node.kind === 'bare') node.firmware.personality = 'ipxe';
    expect(reported(play(clever, { timeoutS: 30 }).lab)).toEqual([]);
  });

  it('are none in the labs that work', () => {
    for (const name of ['bare-pxe', 'bare-vlans', 'bare-storm-50'])
      expect(reported(play(siteScenario(name)).lab)).toEqual([]);
  });
});

describe('remedies', () => {
  it('are there for every message of the boot ROM and every flaw of a file', () => {
    for (const code of Object.keys(PXE_ERRORS)) expect(remedyIdFor(`pxe/${code}`), code).toBeDefined();
    const flaws: Readonly<Record<FileFlaw, true>> = {
      'file.boot-program-empty': true,
      'file.boot-program-is-text': true,
      'file.boot-program-is-script': true,
      'file.boot-program-is-efi': true,
      'file.boot-program-is-kernel': true,
      'file.boot-program-is-iso': true,
      'file.kernel-cut-off': true,
    };
    for (const code of Object.keys(flaws)) expect(remedyIdFor(code), code).toBeDefined();
  });

  it.each(['wrong-no-dhcp', 'wrong-no-boot-file', 'wrong-missing-file', 'wrong-tftp-silent', 'wrong-config'])(
    '%s: every trouble has a remedy',
    (name) => {
      const found = play(siteScenario(name)).lab.log.events.flatMap((event) => troubleOf(event) ?? []);
      expect(found.some(({ severity }) => severity === 'error')).toBe(true);
      for (const { code } of found) expect(remedyIdFor(code), code).toBeDefined();
    },
  );
});
