/** What machines from before PXE show and ask: their screens, to the letter, and their names of files. */
import { expect, it } from 'vitest';
import { play, siteScenario } from '../support/lab.ts';

function screen(name: string): string {
  const { lab } = play(siteScenario(name), { timeoutS: 120 });
  return lab.machine('pc1')?.screenText() ?? '';
}

it.each([
  [
    'bare-rarp',
    [
      'Netboot Lab RARP boot ROM',
      '',
      'Ethernet address 08:00:20:00:01:02',
      'RARP: who am I?',
      'I am 192.168.1.2, says 192.168.1.1.',
      'TFTP: C0A80102 .......',
      '30000 bytes.',
    ],
  ],
  [
    'wrong-rarp-segment',
    [
      'Netboot Lab RARP boot ROM',
      '',
      'Ethernet address 08:00:20:00:01:02',
      'RARP: who am I? .....',
      'RARP: no answer.',
      'No bootable device.',
    ],
  ],
  [
    'wrong-rarp-file',
    [
      'Netboot Lab RARP boot ROM',
      '',
      'Ethernet address 08:00:20:00:01:02',
      'RARP: who am I?',
      'I am 192.168.1.2, says 192.168.1.1.',
      'TFTP: C0A80102',
      'TFTP error 1: file /srv/tftp/C0A80102 not found for 192.168.1.2',
      'No bootable device.',
    ],
  ],
  [
    'bare-bootp-relay',
    [
      'Netboot Lab BOOTP boot ROM',
      '',
      'Ethernet address 52:54:00:ba:00:01',
      'BOOTP.',
      'My address 10.0.2.7, mask 255.255.255.0, gateway 10.0.2.1',
      'Server 10.0.3.9, file unix.boot',
      'TFTP.......',
      '30000 bytes.',
    ],
  ],
  [
    'wrong-bootp-range',
    [
      'Netboot Lab BOOTP boot ROM',
      '',
      'Ethernet address 52:54:00:ba:00:01',
      'BOOTP....',
      'BOOTP: no answer.',
      'No bootable device.',
    ],
  ],
])('%s', (name, lines) => {
  expect(screen(name).split('\n')).toEqual(lines);
});
