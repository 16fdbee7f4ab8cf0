/**
 * A disk in the network to the end: iPXE attaches it, GRUB reads it by INT 13h, the kernel attaches it again by its own
 * driver and mounts its root from it; what one boot writes to the disk the next one finds.
 */
import { describe, expect, it } from 'vitest';
import { labFindings, play, siteScenario } from '../support/lab.ts';
import { FINDINGS } from './findings-table.ts';

describe('Linux whose root is a disk in the network', () => {
  it.each([
    ['pc-iscsi', 'iscsi:10.0.30.1:3260:LUN 0:iqn.2026-01.lab.example:pc1'],
    ['pc-aoe', 'aoe:e1.2 at 02:00:00:00:00:01'],
  ])('%s: finds after a restart what it wrote', (name, from) => {
    const scenario = siteScenario(name);
    const restart = {
      machine: 'pc1',
      at: { when: 'serial:/Type reboot/', delayMs: 1000 },
      do: { serial: 'reboot\n' },
    } as const;
    const { lab, stop } = play({ ...scenario, inputs: [restart] }, { until: 'serial:/  boot 2, /', timeoutS: 180 });
    const serial = lab.machine('pc1').takeSerial();
    expect(serial).toContain(`SAN ROOT mounted from ${from}`);
    expect(stop.kind).toBe('breakpoint');
    expect(Object.fromEntries(labFindings(lab).map(({ id, severity }) => [id, severity]))).toEqual(FINDINGS[name]);
    const lines = serial.split('\n').filter((line) => /^ {2}boot \d/.test(line));
    expect(lines.map((line) => line.replace(/, \d{4}-.*?, /, ', ').trim())).toEqual([
      `boot 1, root on ${from}`,
      `boot 1, root on ${from}`,
      `boot 2, root on ${from}`,
    ]);
  });

  it('pc-fcoe: no frame of long reads and writes is lost in the ring of the NE2000', () => {
    const { lab, stop } = play(siteScenario('pc-fcoe'), { timeoutS: 100 });
    expect(stop.kind).toBe('breakpoint');
    const serial = lab.machine('pc1').takeSerial();
    const from = 'fcoe:0x50014e65744c6162';
    expect(serial).toContain(`SAN ROOT mounted from ${from}`);
    expect(serial).toMatch(new RegExp(`^ {2}boot 1, .*, root on ${from}`, 'm'));
    expect(serial).not.toMatch(/I\/O error|timed out|Missing Discovery Advertisement/i);
    expect(labFindings(lab)).toEqual([]);
  });
});
