/** Random configurations and conversations of DHCP, BOOTP and PXE. */
import type { Rng } from '../../../src/base/rng.ts';
import { concatBytes, latin1 } from '../../../src/base/bytes.ts';
import { encodeName } from '../../../src/services/dnsmasq/config/names.ts';
import type { SendStep, Step } from '../case.ts';
import { address, dhcpStep, hexBytes, SERVER_IP } from './packets.ts';
import type { DhcpPlan, Option } from './packets.ts';
import { pick, several } from './choice.ts';

const MACS = ['52:54:00:aa:00:01', '52:54:00:aa:00:02', '52:54:00:bb:00:03'] as const;
const TAGS = ['a', 'b', 'c', 'd'] as const;
const NAMES = ['pc1', 'pc2', 'zzz', 'fq.lab', 'resv', 'pc2.other'] as const;
const CLASSES = [
  'PXEClient:Arch:00000:UNDI:002001',
  'PXEClient:Arch:00007:UNDI:003016',
  'udhcp 1.36',
  'MSFT 5.0',
] as const;

function tagFilter(rng: Rng): string {
  const roll = rng.below(10);
  if (roll < 5) return '';
  const tag = (): string => `tag:${rng.below(5) === 0 ? '!' : ''}${pick(rng, [...TAGS, 'known', 'eth0', 'bootp'])},`;
  return roll < 9 ? tag() : tag() + tag();
}

function aTag(rng: Rng): string {
  return `tag:${rng.below(4) === 0 ? '!' : ''}${pick(rng, TAGS)}`;
}

function dhcpHost(rng: Rng, index: number): string {
  const fields: string[] = [];
  const who = rng.below(10);
  if (who < 5) fields.push(pick(rng, MACS));
  else if (who === 5) fields.push('52:54:00:aa:00:*');
  else if (who === 6) fields.push(pick(rng, ['id:01:52:54:00:aa:00:01', 'id:abc', 'id:*']));
  if (rng.below(3) > 0) fields.push(`192.168.50.${pick(rng, [10 + index, 100 + index, 30 + index])}`);
  if (rng.below(2) === 0) fields.push(pick(rng, ['pc1', 'pc2', 'pc2.lab', 'fax', 'pc1.else']));
  if (rng.below(3) === 0) fields.push(`set:${pick(rng, TAGS)}`);
  if (rng.below(8) === 0) fields.push(aTag(rng));
  if (rng.below(6) === 0) fields.push(pick(rng, ['2m', '1h', 'infinite', '45']));
  if (rng.below(15) === 0) fields.push('ignore');
  return `dhcp-host=${fields.length === 0 ? MACS[0] : fields.join(',')}`;
}

const OPTION_VALUES = [
  '3,192.168.50.254',
  '3',
  '6,192.168.50.5,192.168.50.6',
  '6,0.0.0.0',
  'option:ntp-server,0.0.0.0',
  'option:router,192.168.50.9',
  '15,example.org',
  '12,forced',
  '1,255.255.0.0',
  '28',
  '42,10.0.0.1',
  '66,tftp.lab',
  '67,boot.0',
  'option:bootfile-name,other.0',
  '60,PXEClient',
  '60,"HTTPClient"',
  '43,01:02:03',
  '119,a.lab,b.a.lab',
  '121,10.0.0.0/8,192.168.50.1',
  '150,192.168.50.7',
  '17,/srv/root',
  '58,100',
  '59,200',
  '51,900',
  '19,1',
  'option:mtu,1400',
  '224,abc',
  '225,7',
  '226,1.2.3.4',
  '227,aa:bb',
  '128,0',
  'encap:175,1,5b',
  'encap:175,190,"x"',
  'encap:128,1,0.0.0.0',
  'vendor:PXEClient,6,2b',
  'vendor:PXEClient,1,0.0.0.0',
  'vendor:PXEClient,10,"m"',
  'vendor:MSFT,2,1i',
  'vi-encap:9,5,abc',
  'option:server-ip-address,192.168.50.4',
  'option:tftp-server,"192.168.50.3"',
  '209,pxe/config',
  '26,1300',
  '2,3600',
  '249,0.0.0.0,192.168.50.2',
] as const;

const MATCH_VALUES = [
  'option:client-arch,0',
  'option:client-arch,7',
  '60,PXEClient',
  '60',
  'option:vendor-class,MSFT',
  '77,iPXE',
  'option:hostname,pc1',
  '12',
  'option:client-id',
  '61,01:52:54:*:*:*:*:*',
  '97,00:4c:4c',
  '175',
  '175,01',
  'option:requested-address,192.168.50.120',
  'option:lease-time',
  'option:message-type,1b',
  'option:message-type,3',
  'option:server-identifier,192.168.50.1',
  'option:parameter-request,1',
  'option:max-message-size',
  '57,05:c0',
  'option:FQDN',
  'option:agent-id,port',
  'option:subnet-select',
  'option:option-overload',
  'option:message,declined',
  'option:user-class,ab',
  '93,00:07',
  '94,01:02',
  'vi-encap:9,cpe',
] as const;

function optionLine(rng: Rng): string {
  const directive = rng.below(6) === 0 ? 'dhcp-option-force' : 'dhcp-option';
  return `${directive}=${tagFilter(rng)}${pick(rng, OPTION_VALUES)}`;
}

type LineMaker = (rng: Rng, index: number) => string;

const LINES: readonly (readonly [weight: number, make: LineMaker])[] = [
  [10, dhcpHost],
  [16, optionLine],
  [8, (rng) => `dhcp-match=set:${pick(rng, TAGS)},${pick(rng, MATCH_VALUES)}`],
  [
    6,
    (rng) =>
      `dhcp-boot=${tagFilter(rng)}${pick(rng, ['pxelinux.0', 'a.efi,srv,192.168.50.2', ',srv', 'b.0,,192.168.50.3', 'c.0,named,boot.lab'])}`,
  ],
  [3, (rng) => `dhcp-mac=set:${pick(rng, TAGS)},52:54:00:${pick(rng, ['aa', 'bb', '*'])}:*:*`],
  [3, (rng) => `dhcp-vendorclass=set:${pick(rng, TAGS)},${pick(rng, ['PXEClient', 'MSFT', 'udhcp', 'Arch:00007'])}`],
  [3, (rng) => `dhcp-userclass=set:${pick(rng, TAGS)},${pick(rng, ['iPXE', 'acc'])}`],
  [1, (rng) => `dhcp-circuitid=set:${pick(rng, TAGS)},port1`],
  [1, (rng) => `dhcp-remoteid=set:${pick(rng, TAGS)},01:02:03`],
  [1, (rng) => `dhcp-subscrid=set:${pick(rng, TAGS)},sub`],
  [3, (rng) => `dhcp-name-match=set:${pick(rng, TAGS)},${pick(rng, ['pc1', 'pc*', 'FQ*'])}`],
  [5, (rng) => `tag-if=set:${pick(rng, TAGS)},${aTag(rng)}${rng.below(3) === 0 ? `,${aTag(rng)}` : ''}`],
  [2, (rng) => `dhcp-ignore=${pick(rng, [aTag(rng), 'tag:!known', `${aTag(rng)},${aTag(rng)}`])}`],
  [3, (rng) => `dhcp-ignore-names${rng.below(2) === 0 ? '' : `=${aTag(rng)}`}`],
  [3, (rng) => `dhcp-generate-names${rng.below(2) === 0 ? '' : `=${aTag(rng)}`}`],
  [3, (rng) => `dhcp-broadcast${rng.below(3) === 0 ? '' : `=${aTag(rng)}`}`],
  [4, (rng) => `bootp-dynamic${rng.below(2) === 0 ? '' : `=${aTag(rng)}`}`],
  [
    4,
    (rng) =>
      `pxe-service=${tagFilter(rng)}${pick(rng, ['x86PC', 'X86-64_EFI', '7', '6'])},${pick(rng, ['"One",one', '"Local",0', '"Two",two,192.168.50.8', '"By type",5', '"Dot",x.efi', '"Srv",5,192.168.50.9', '"Plain"'])}`,
  ],
  [2, (rng) => `pxe-prompt=${tagFilter(rng)}${pick(rng, ['"Press F8",3', '"Choose"', '"No",0'])}`],
  [3, () => 'dhcp-authoritative'],
  [2, () => 'dhcp-sequential-ip'],
  [1, () => 'dhcp-ignore-clid'],
  [1, () => 'dhcp-client-update'],
  [1, () => 'dhcp-no-override'],
  [1, () => 'dhcp-rapid-commit'],
  [
    3,
    (rng) =>
      `domain=${pick(rng, ['lab', 'lab,192.168.50.0/24', 'small,192.168.50.100,192.168.50.120', 'else,10.9.0.0/16'])}`,
  ],
  [2, () => 'expand-hosts'],
  [1, () => 'dhcp-lease-max=2'],
  [1, (rng) => `dhcp-proxy${rng.below(2) === 0 ? '' : '=10.9.0.1'}`],
  [1, () => 'shared-network=eth0,10.9.0.0'],
  [1, () => 'port=0'],
  [1, () => 'enable-tftp'],
  [1, () => 'dhcp-pxe-vendor=PXEClient,MSFT'],
  [1, () => 'address=/boot.lab/192.168.50.44'],
  [1, () => 'host-record=boot.lab,hr.lab,192.168.50.45'],
  [1, () => 'read-ethers'],
  [1, () => 'dhcp-fqdn'],
  [1, () => 'dhcp-hostsfile=/srv/hosts.dhcp'],
  [1, () => 'dhcp-optsfile=/srv/opts.dhcp'],
  [1, () => 'dhcp-hostsdir=/srv/hosts.d'],
  [1, () => 'dhcp-optsdir=/srv/opts.d'],
  [1, () => 'conf-file=/srv/more.conf'],
  [1, (rng) => pick(rng, ['conf-dir=/srv/conf.d', 'conf-dir=/srv/conf.d,*.conf', 'conf-dir=/srv/conf.d,b'])],
  [1, (rng) => `dhcp-host=${MACS[0]},${MACS[1]},192.168.50.${20 + rng.below(3)}`],
  [1, (rng) => `dhcp-host=${pick(rng, MACS)},id:abc,set:${pick(rng, TAGS)},set:${pick(rng, TAGS)}`],
  [1, (rng) => pick(rng, ['no-dhcp-interface=eth1', 'interface=eth0', 'except-interface=eth1', 'bind-interfaces'])],
  [1, (rng) => `dhcp-relay=192.168.50.1,10.7.0.${rng.below(2) === 0 ? 2 : 3}${rng.below(2) === 0 ? '' : ',eth1'}`],
];

const RANGES = [
  '192.168.50.100,192.168.50.150,1h',
  '192.168.50.100,192.168.50.103,2m',
  'set:d,192.168.50.100,192.168.50.150,255.255.255.0,12h',
  'tag:a,192.168.50.160,192.168.50.170,30m',
  'tag:!b,set:c,192.168.50.180,192.168.50.190',
  '192.168.50.0,static',
  '192.168.50.0,static,infinite',
  '192.168.50.0,proxy',
  '10.9.0.10,10.9.0.20,255.255.0.0,1h',
  'set:b,10.9.0.30,10.9.0.40,255.255.0.0,10.9.255.255,20m',
  '10.9.0.0,proxy,255.255.0.0',
  '10.9.0.0,static,255.255.0.0',
] as const;

function weighted(rng: Rng, index: number): string {
  const total = LINES.reduce((sum, [weight]) => sum + weight, 0);
  let roll = rng.below(total);
  for (const [weight, make] of LINES) {
    roll -= weight;
    if (roll < 0) return make(rng, index);
  }
  return 'no-ping';
}

export function dhcpConfig(rng: Rng): string[] {
  // A probe of an address takes seconds of real time.
  const lines = rng.below(40) === 0 ? [] : ['no-ping'];
  const ranges = rng.below(4) === 0 ? 1 + rng.below(3) : 1;
  const first = rng.below(8);
  lines.push(`dhcp-range=${first < 5 ? RANGES[0] : first === 5 ? '192.168.50.0,proxy' : pick(rng, RANGES)}`);
  for (let i = 1; i < ranges; i++) lines.push(`dhcp-range=${pick(rng, RANGES)}`);
  if (rng.below(4) === 0) lines.push(`dhcp-range=${pick(rng, RANGES.slice(8, 10))}`);
  const count = 2 + rng.below(11);
  const used = new Set<string>();
  for (let i = 0; i < count; i++) {
    const line = weighted(rng, i);
    // Lines that may not be repeated are refused: verdicts are another matter.
    if (used.has(line)) continue;
    used.add(line);
    lines.push(line);
  }
  return lines;
}

const REQUESTED = [
  [1, 3, 6, 15, 12, 28, 66, 67, 43, 60, 128, 129, 150, 175, 51, 58, 59],
  [1, 28, 2, 3, 15, 6, 119, 12, 44, 47, 26, 121, 42],
  [1, 2, 3, 4, 5, 6, 11, 12, 13, 15, 16, 17, 18, 43, 54, 60, 67, 128, 209, 224, 225, 226, 227],
  [3, 6],
  [67, 66, 81, 125],
] as const;

interface Person {
  readonly mac: string;
  readonly options: readonly Option[];
  readonly giaddr: string | undefined;
  readonly flags: number;
}

function fqdn(rng: Rng): Uint8Array {
  const name = pick(rng, ['fq.lab', 'pc1', 'lab.example', 'zzz.']);
  if (rng.below(2) === 0) return concatBytes([Uint8Array.of(rng.below(4), 0, 0), latin1(name)]);
  const wire = encodeName(name);
  const body = pick(rng, [wire, wire.subarray(0, wire.length - 1), wire.subarray(0, wire.length - 2)]);
  return concatBytes([Uint8Array.of(4 | rng.below(2), 0, 0), body]);
}

/** What a client says in all of its messages. */
function person(rng: Rng): Person {
  const mac = pick(rng, MACS);
  const options: Option[] = [];
  const isPxe = rng.below(2) === 0;
  if (rng.below(6) > 0) options.push([55, Uint8Array.from(pick(rng, REQUESTED))]);
  if (isPxe) {
    const arch = pick(rng, [0, 0, 7, 6, 9, 16]);
    options.push([60, latin1(`PXEClient:Arch:0000${arch % 10}:UNDI:002001`)], [93, Uint8Array.of(0, arch)]);
    options.push([94, Uint8Array.of(1, 2, 1)]);
    if (rng.below(4) > 0) options.push([97, hexBytes('004c4c4544003510348051b4c04f564e32')]);
    if (rng.below(4) === 0) options.push([77, latin1('iPXE')], [175, hexBytes('b105011af41000')]);
  } else if (rng.below(2) === 0) options.push([60, latin1(pick(rng, CLASSES))]);
  if (rng.below(3) === 0) options.push([12, latin1(pick(rng, NAMES) + (rng.below(6) === 0 ? '\0' : ''))]);
  if (rng.below(4) === 0) options.push([81, fqdn(rng)]);
  if (rng.below(3) === 0) options.push([61, pick(rng, [hexBytes(`01${mac.replaceAll(':', '')}`), latin1('abc')])]);
  if (rng.below(5) === 0) options.push([57, Uint8Array.of(5, 0xc0)]);
  if (rng.below(10) === 0) options.push([77, concatBytes([Uint8Array.of(3), latin1('acc')])]);
  if (rng.below(10) === 0) options.push([51, Uint8Array.of(0, 0, rng.below(20), 0)]);
  if (rng.below(12) === 0) options.push([80, new Uint8Array(0)]);
  if (rng.below(14) === 0) options.push([124, hexBytes('0000000904036370650a')]);
  const giaddr = rng.below(5) === 0 ? pick(rng, ['10.9.0.1', '192.168.50.254', '10.8.0.1']) : undefined;
  if (giaddr !== undefined && rng.below(2) === 0) {
    options.push([
      82,
      hexBytes(
        pick(rng, [
          '0105706f727431',
          '0203010203',
          '06037375620105706f727431',
          '05040a090000',
          '0b040a0900010504c0a83200',
        ]),
      ),
    ]);
  }
  if (rng.below(20) === 0) options.push([118, address(pick(rng, ['10.9.0.0', '192.168.50.0']))]);
  return { mac, options, giaddr, flags: rng.below(5) === 0 ? 0x8000 : 0 };
}

function wish(rng: Rng): string {
  return pick(rng, [
    '192.168.50.120',
    '192.168.50.100',
    '192.168.50.101',
    '192.168.50.10',
    '10.9.0.12',
    '192.168.50.1',
    '172.16.0.1',
  ]);
}

const FROM_OFFER = { option50: 'yiaddr of the last OFFER', option54: 'server of the last OFFER' } as const;

/** One or more messages of a client. */
function turn(rng: Rng, one: Person, xid: number): SendStep[] {
  const base = { mac: one.mac, xid, flags: one.flags, ...(one.giaddr === undefined ? {} : { giaddr: one.giaddr }) };
  const plan = (type: number, extra: readonly Option[] = [], more: Partial<DhcpPlan> = {}): DhcpPlan => ({
    ...base,
    ...more,
    type,
    options: [...extra, ...one.options],
  });
  // Before it has a lease, an address of its own: two stations must not share one.
  const own = `192.168.50.20${1 + MACS.findIndex((mac) => mac === one.mac)}`;
  const renewing = {
    src_ip: own,
    derive: { ciaddr: 'yiaddr of the last ACK', src_ip: 'yiaddr of the last ACK' },
  } as const;
  const asked = [50, address('192.168.50.100')] as const;
  const server = [54, address(SERVER_IP)] as const;
  // Also another address of the server, and another server.
  const someServer = [54, address(pick(rng, [SERVER_IP, SERVER_IP, SERVER_IP, '10.7.0.1', '192.168.50.2']))] as const;
  switch (rng.below(14)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return [dhcpStep(plan(1)), dhcpStep(plan(3, [asked, server]), { derive: FROM_OFFER })];
    case 4:
      return [
        dhcpStep(
          plan(
            1,
            rng.below(2) === 0 ? [[50, address(wish(rng))]] : [],
            rng.below(6) === 0 ? { ciaddr: wish(rng) } : {},
          ),
        ),
      ];
    case 5:
      return [dhcpStep(plan(3, [[50, address(wish(rng))]]))];
    case 6: {
      if (one.giaddr !== undefined) return [dhcpStep(plan(3, [], { ciaddr: wish(rng) }))];
      const isRebinding = rng.below(3) === 0;
      return [
        dhcpStep(plan(3, [], { ciaddr: own }), {
          ...renewing,
          dst: isRebinding ? 'broadcast' : SERVER_IP,
        }),
      ];
    }
    case 7: {
      const how = { ...renewing, dst: rng.below(2) === 0 ? 'broadcast' : SERVER_IP };
      if (one.giaddr !== undefined) return [dhcpStep(plan(8, [], { ciaddr: wish(rng) }))];
      return [dhcpStep(plan(8, [], { ciaddr: own }), rng.below(2) === 0 ? how : { ...how, derive: {} })];
    }
    case 8:
      return [
        dhcpStep(plan(4, [asked, someServer, [56, latin1('declined')]]), {
          derive: rng.below(3) === 0 ? { option50: FROM_OFFER.option50 } : FROM_OFFER,
        }),
        dhcpStep(plan(1)),
      ];
    case 9:
      if (one.giaddr !== undefined) return [dhcpStep(plan(7, [someServer], { ciaddr: wish(rng) }))];
      return [dhcpStep(plan(7, [someServer], { ciaddr: own }), { ...renewing, dst: SERVER_IP })];
    case 10:
      return [
        dhcpStep({
          ...plan(0),
          options: rng.below(2) === 0 ? [] : one.options.filter(([code]) => code < 50),
          ...(rng.below(3) === 0 ? { file: 'a' } : {}),
        }),
      ];
    case 11: {
      const item = hexBytes(
        pick(rng, ['4704800000 00', '470480010000', '470400050000', '470400000001']).replace(' ', ''),
      );
      const ciaddr = rng.below(5) === 0 ? undefined : own;
      return [
        dhcpStep(plan(3, [[43, concatBytes([item, Uint8Array.of(255)])]], ciaddr === undefined ? {} : { ciaddr }), {
          src_ip: ciaddr ?? '0.0.0.0',
          dst: ciaddr === undefined ? 'broadcast' : SERVER_IP,
          dport: 4011,
        }),
      ];
    }
    case 12:
      return [dhcpStep(plan(3, [], { ciaddr: own }), { src_ip: own, dst: SERVER_IP, dport: 4011 })];
    default:
      return [dhcpStep(plan(3, [[50, address(wish(rng))], someServer]))];
  }
}

export function dhcpConversation(rng: Rng): Step[] {
  const people = several(rng, 1, 3, () => person(rng));
  const steps: Step[] = [];
  const turns = 2 + rng.below(5);
  for (let i = 0; i < turns; i++) steps.push(...turn(rng, pick(rng, people), 0x11110000 + i));
  return steps;
}
