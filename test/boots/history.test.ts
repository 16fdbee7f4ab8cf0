/** What machines from before PXE show and ask: their screens, to the letter, and their names of files. */
import { expect, it } from 'vitest';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { RunControl } from '../../src/lab/run-control.ts';
import { bootFileName, vendorClass } from '../../src/protocols/dhcp/values.ts';
import { decodeDhcp } from '../../src/protocols/dhcp/codec.ts';
import { DHCP_OPTION } from '../../src/protocols/dhcp/options.ts';
import { play, siteScenario } from '../support/lab.ts';

function screen(name: string): string {
  const { lab } = play(siteScenario(name), { timeoutS: 120 });
  const [machine = ''] = lab.scenario.nodes.filter(({ kind }) => kind === 'bare').map((node) => node.name);
  return lab.machine(machine).screenText();
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
  [
    'bare-etherboot',
    [
      'ROM segment 0xca00 length 0x4000 reloc 0x00020000',
      'Etherboot 5.4.4 (GPL) http://etherboot.org',
      'Drivers: NE2000/PCI VIRTIO-NET   Images: NBI',
      'Protocols: DHCP TFTP NFS',
      'Boot from (N)etwork or (Q)uit? N',
      'Probing pci nic...',
      '[ne2k_pci]',
      'NE2000 base 0x300, addr 52:54:00:BA:00:01',
      'Searching for server (DHCP).....',
      'Me: 10.0.2.65, DHCP: 10.0.2.1, TFTP: 10.0.2.1, Gateway 10.0.2.1',
      'Loading 10.0.2.1:hello.nbi ...(NBI)done',
    ],
  ],
  [
    'bare-etherboot-nfs',
    [
      'ROM segment 0xca00 length 0x4000 reloc 0x00020000',
      'Etherboot 5.4.4 (GPL) http://etherboot.org',
      'Drivers: NE2000/PCI VIRTIO-NET   Images: NBI',
      'Protocols: DHCP TFTP NFS',
      'Boot from (N)etwork or (Q)uit? N',
      'Probing pci nic...',
      '[ne2k_pci]',
      'NE2000 base 0x300, addr 52:54:00:BA:00:01',
      'Searching for server (DHCP).....',
      'Me: 10.0.2.65, DHCP: 10.0.2.1, TFTP: 10.0.2.1, Gateway 10.0.2.1',
      'Loading nfs://10.0.2.1/srv/nfs/hello.nbi ...(NBI)done',
    ],
  ],
  [
    'bare-sun',
    [
      'Sun Ultra 5/10 UPA/PCI (UltraSPARC-IIi 333MHz), Keyboard Present',
      'OpenBoot 3.31, 512 MB memory installed, Serial #258.',
      'Ethernet address 8:0:20:0:1:2, Host ID: 80000102.',
      '',
      'Boot device: /pci@1f,0/pci@1,1/network@1,1  File and args:',
      '27100',
      'hostname: sun1',
      'domainname: (none)',
      'root server: server (192.168.1.1)',
      'root directory: /export/root/sun1',
      '/platform/sun4u/kernel/unix: 120000 bytes',
    ],
  ],
])('%s', (name, lines) => {
  expect(screen(name).split('\n')).toEqual(lines);
});

it('Etherboot says who it is, and asks for its own options', () => {
  const { lab } = play(siteScenario('bare-etherboot'), { timeoutS: 20 });
  const { store } = lab.capture;
  const messages = [...Array(store.length).keys()].flatMap((i) => {
    const { bytes } = store.record(i);
    const isDhcp = bytes[12] === 8 && bytes[23] === 17 && (bytes[37] === 67 || bytes[37] === 68);
    const message = isDhcp ? decodeDhcp(bytes.subarray(42)) : undefined;
    return message?.ok === true ? [message.value] : [];
  });
  const list = (index: number): readonly number[] => [
    ...(messages[index]?.options.find(({ code }) => code === DHCP_OPTION.parameterRequestList)?.data ?? []),
  ];
  const requests = messages.flatMap((message, index) => (message.op === 1 ? [index] : []));
  const [discover = 0, , request = 0] = requests;
  expect(messages.map((message) => vendorClass(message))).toContain('Etherboot-5.4');
  expect(list(discover)).toEqual([1, 3, 12, 43]);
  expect(list(requests.at(-1) ?? request)).toEqual([1, 3, 12, 43, 17, 128, 129, 130, 150]);
  expect(messages.map((message) => bootFileName(message))).toContain('hello.nbi');
});

it('Etherboot loads the pieces of its image where the header wants them', () => {
  const { lab } = play(siteScenario('bare-etherboot'), { timeoutS: 20 });
  const placed = lab.log.events.filter((event) => event.kind === 'decision' && event.code === 'etherboot/segment');
  expect(placed.map((event) => ('text' in event ? event.text : ''))).toEqual([
    'Segment 1: 76 bytes at 8200h, of 76 bytes of memory',
    'Segment 2: 3000 bytes at 100000h, of 8192 bytes of memory',
  ]);
});

it('Etherboot begins again until Q is pressed', () => {
  const scenario = siteScenario('wrong-etherboot-pxelinux');
  const { lab } = play(scenario, { until: 'stage:never', timeoutS: 20 });
  const failures = lab.log.events.filter((event) => event.kind === 'stage' && event.stage === 'boot-failed');
  expect(failures.length).toBeGreaterThan(2);
  lab.machine('pc1').act({ type: 'q' });
  expect(lab.machine('pc1').screenText()).toContain('Boot from (N)etwork or (Q)uit? ');
});

it('a Sun has an ok prompt, where boot net - install asks for the install server too', () => {
  const { lab } = play(siteScenario('bare-sun'), { until: 'stage:rom-boot', timeoutS: 20 });
  const sun = lab.machine('sun1');
  sun.act({ keys: ['Escape'] });
  sun.act({ type: 'help\nboot net - install\n' });
  const control = new RunControl(lab);
  control.run(30 * NS_PER_S, () => false);
  const shown = sun.screenText();
  expect(shown).toContain(
    'ok help\nhelp ?\nok boot net - install\nBoot device: /pci@1f,0/pci@1,1/network@1,1  File and args: - install',
  );
  expect(shown).toContain('install server: server:/export/install');
});
