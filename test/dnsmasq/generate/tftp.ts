/** Random configurations and conversations of TFTP. */
import type { Rng } from '../../../src/base/rng.ts';
import type { RecordedFile, Step } from '../case.ts';
import { pick } from './choice.ts';
import { tftpStep } from './packets.ts';

export const FILES: Readonly<Record<string, RecordedFile>> = {
  '/srv/tftp/empty': { text: '' },
  '/srv/tftp/small': { text: 'hello\n' },
  '/srv/tftp/exact': { pattern: 1024 },
  '/srv/tftp/big': { pattern: 3000 },
  '/srv/tftp/dir/inner.0': { text: 'inner\n' },
  '/srv/tftp/192.168.50.77/own': { text: 'of one client\n' },
  '/srv/tftp/secret': { text: 'x', mode: '600', owner: 'nobody' },
  '/srv/more': { text: '192.168.50.90 more.lab more\n' },
  '/srv/names/a': { text: '192.168.50.91 dir.lab two.lab\n192.168.50.92 two.lab\n' },
  '/srv/more.conf': { text: 'dhcp-option=3,192.168.50.253\nhost-record=more.lab,192.168.50.93\n' },
  '/srv/conf.d/a.conf': { text: 'dhcp-option=tag:a,6,192.168.50.7\naddress=/six.example/10.0.0.6\n' },
  '/srv/conf.d/b': { text: 'dhcp-option=42,192.168.50.8\ntxt-record=txt.lab,"of a folder"\n' },
  '/srv/hosts.dhcp': { text: '52:54:00:aa:00:01,192.168.50.18,pc1,set:a\nid:abc,192.168.50.19\n' },
  '/srv/opts.dhcp': { text: '3,192.168.50.252\ntag:a,option:ntp-server,192.168.50.5\n' },
  '/srv/hosts.d/one': { text: '52:54:00:aa:00:02,192.168.50.17,set:b,45\n' },
  '/srv/opts.d/one': { text: 'option:domain-name,of.folder\n' },
};

const LINES = [
  'tftp-secure',
  'tftp-no-blocksize',
  'tftp-lowercase',
  'tftp-single-port',
  'tftp-unique-root',
  'tftp-unique-root=mac',
  'tftp-max=1',
  'tftp-mtu=600',
  'tftp-port-range=50000,50010',
  'dhcp-boot=small',
  'tftp-no-fail',
] as const;

export function tftpConfig(rng: Rng): string[] {
  const lines = new Set(['port=0', 'enable-tftp']);
  if (rng.below(8) > 0) lines.add(`tftp-root=${pick(rng, ['/srv/tftp', '/srv/tftp', '/srv/tftp/', '/srv/none'])}`);
  for (let i = rng.below(4); i > 0; i--) lines.add(pick(rng, LINES));
  return [...lines];
}

const NAMES = [
  'small',
  '/small',
  '/srv/tftp/small',
  'big',
  'exact',
  'empty',
  'dir/inner.0',
  'dir',
  'none',
  '../more',
  'SMALL',
  'own',
  'secret',
  'dir\\inner.0',
];

export function tftpConversation(rng: Rng): Step[] {
  const steps: Step[] = [];
  for (let n = 1 + rng.below(3); n > 0; n--) {
    const sport = 2070 + n;
    const options: string[] = [];
    if (rng.below(2) === 0) options.push('blksize', pick(rng, ['1468', '512', '8', '70000', '1', '600']));
    if (rng.below(3) === 0) options.push('tsize', '0');
    if (rng.below(8) === 0) options.push('timeout', '3');
    if (rng.below(10) === 0) options.push('windowsize', '4');
    const mode = pick(rng, ['octet', 'octet', 'OCTET', 'netascii', 'mail']);
    steps.push(tftpStep([pick(rng, [1, 1, 1, 1, 1, 2]), pick(rng, NAMES), mode, ...options], true, sport));
    for (let i = rng.below(4); i > 0; i--) {
      const block = rng.below(5);
      steps.push(tftpStep(rng.below(10) === 0 ? [5, 0, 'stop'] : [4, block], false, sport));
    }
  }
  return steps;
}
