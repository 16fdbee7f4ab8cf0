/** Scripts that people write, as they write them, with what a person does meanwhile and what comes of it. */
import { parseScenarioText } from '../../src/scenario/parse.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { openLab } from './lab.ts';
import { Person } from './person.ts';

interface Step {
  /** What the screen shows then. */
  readonly when: RegExp;
  readonly keys?: readonly string[];
  readonly type?: string;
}

export interface ScriptCase {
  readonly name: string;
  readonly script: string;
  readonly steps?: readonly Step[];
  /** What the screen shows at the end. */
  readonly until: RegExp;
  /** What it shows besides, and what it does not. */
  readonly shows: readonly RegExp[];
  readonly lacks?: readonly RegExp[];
  /** Requests that the HTTP server has told. */
  readonly requests?: readonly string[];
  /** Files asked for, by URI, in order. */
  readonly downloads?: readonly string[];
  /** When the server begins to hear. */
  readonly upAtMs?: number;
  /** What `ftp://SERVER/bzImage` is: an image of the catalogue instead of a script. */
  readonly kernel?: string;
}

const MENU = `menu
item linux Boot Linux
item shell Enter iPXE shell
item exit Exit to BIOS
choose --default exit --timeout 3000 target && goto \${target}
:linux
chain ftp://\${server}/bzImage
:shell
shell
:exit
exit
`;

const SUBMENUS = `:main
menu Main menu
item --gap -- ------ Systems ------
item --key l linux Boot Linux
item --gap
item --gap -- ------ Tools ------
item --key t tools Tools...
item --key x exit Leave
choose target && goto \${target} || goto exit
:tools
menu Tools
item memtest Test the memory
item --gap --key b -- ------ Back ------
item back Back to the main menu
choose target && goto \${target} || goto main
:memtest
echo The memory is tested
goto main
:back
goto main
:linux
echo Linux is booted
exit
:exit
echo Left
exit
`;

const PAGES = `set page:int32 0
:next
inc page
goto page\${page}
:page3
echo Page three
exit
:page1
echo Page one && goto next
:page2
echo Page two
isset \${back} && goto next || set back yes
set page:int32 0
goto next
`;

const ENDS = /No bootable device/;
const DHCP = `dhcp
set server \${next-server}
`;

export const SCRIPT_CASES: readonly ScriptCase[] = [
  {
    name: 'Hello World',
    script: '#!ipxe\necho Hello World!\n',
    until: ENDS,
    shows: [/^Hello World!$/m],
  },
  {
    name: 'the window of the ROM, before anything is booted',
    script: '#!ipxe\necho And then the script\n',
    steps: [
      { when: /Press Ctrl-B to configure iPXE \(PCI 00:05\.0\)\.\.\./, keys: ['Ctrl-B'] },
      { when: /^iPXE>/m, type: 'echo configured\nexit\n' },
    ],
    until: ENDS,
    shows: [/^iPXE> echo configured\nconfigured\niPXE> exit$/m, /^And then the script$/m],
    lacks: [/Press Ctrl-B/],
  },
  {
    name: 'inventory',
    script:
      '#!ipxe\ndhcp\necho -n Nom de la machine : && read name\nchain http://${next-server}/?name=${name}&mac=${mac}\n',
    steps: [{ when: /machine :/m, type: 'atelier-7\n' }],
    until: ENDS,
    shows: [/^Nom de la machine :atelier-7$/m, /^http:\/\/10\.0\.2\.1\/\.\.\. ok\n+Noted\.$/m],
    requests: ['name=atelier-7 mac=52:54:00:ba:00:01'],
  },
  {
    name: 'retry_dhcp with a server that comes up late',
    script: '#!ipxe\n:retry_dhcp\ndhcp && isset ${filename} || goto retry_dhcp\nchain ${filename}\n',
    upAtMs: 20_000,
    until: ENDS,
    shows: [
      /Configuring \(net0 52:54:00:ba:00:01\)\.{17} No configuration methods s\nucceeded \(https:\/\/ipxe\.org\/040ee119\)/,
      /Configuring \(net0 52:54:00:ba:00:01\)\.+ ok\nlate\.ipxe\.\.\. ok\nBetter late than never$/m,
    ],
    downloads: ['tftp://10.0.2.1/late.ipxe'],
  },
  {
    name: 'menu, Linux by its line',
    script: `#!ipxe\n${DHCP}${MENU}`,
    steps: [{ when: /Exit to BIOS/m, keys: ['Up', 'Up', 'Enter'] }],
    until: /The kernel is here$/m,
    shows: [/^ftp:\/\/10\.0\.2\.1\/bzImage\.\.\. ok\nThe kernel is here$/m],
    downloads: ['ftp://10.0.2.1/bzImage'],
  },
  {
    name: 'menu, the shell, and out of it',
    script: `#!ipxe\n${DHCP}${MENU}`,
    steps: [
      { when: /Exit to BIOS/m, keys: ['Up', 'Enter'] },
      { when: /^iPXE>/m, type: 'echo in the shell\nexit\n' },
    ],
    until: ENDS,
    shows: [/^iPXE> echo in the shell\nin the shell\niPXE> exit$/m],
    downloads: [],
  },
  {
    name: 'menu, the exit by Enter',
    script: `#!ipxe\n${DHCP}${MENU}`,
    steps: [{ when: /Exit to BIOS/m, keys: ['Enter'] }],
    until: ENDS,
    shows: [],
    lacks: [/iPXE>/],
    downloads: [],
  },
  {
    name: 'menu, nobody chooses for three seconds',
    script: `#!ipxe\n${DHCP}${MENU}`,
    until: ENDS,
    shows: [],
    lacks: [/iPXE>/],
    downloads: [],
  },
  {
    name: 'menus with separators, keys and a submenu',
    script: `#!ipxe\n${SUBMENUS}`,
    steps: [
      { when: /Systems/m, keys: ['t'] },
      // The key of a separator moves to the item behind it.
      { when: /Test the memory/m, keys: ['b', 'Enter'] },
      { when: /Boot Linux/m, keys: ['Tab', 'Enter'] },
      { when: /Test the memory/m, keys: ['Enter'] },
      { when: /Systems/m, keys: ['x'] },
    ],
    until: ENDS,
    shows: [/^Left$/m],
    lacks: [/Linux is booted/],
  },
  {
    name: 'a submenu left by Escape, and a key that chooses at once',
    script: `#!ipxe\n${SUBMENUS}`,
    steps: [
      { when: /Systems/m, keys: ['t'] },
      { when: /Test the memory/m, keys: ['Escape'] },
      { when: /Systems/m, keys: ['l'] },
    ],
    until: ENDS,
    shows: [/^Linux is booted$/m],
  },
  {
    name: 'pages of goto',
    script: `#!ipxe\n${PAGES}`,
    until: ENDS,
    shows: [/^Page one\nPage two\nPage one\nPage two\nPage three$/m],
  },
  {
    name: 'the Ctrl-B escape, taken',
    script: '#!ipxe\nprompt --key 0x02 --timeout 2000 Press Ctrl-B for the shell && shell ||\necho It goes on\n',
    steps: [
      { when: /Press Ctrl-B for the shell/m, keys: ['Ctrl-B'] },
      { when: /^iPXE>/m, type: 'exit\n' },
    ],
    until: ENDS,
    shows: [/^iPXE> exit\nIt goes on$/m],
  },
  {
    name: 'the Ctrl-B escape, another key',
    script: '#!ipxe\nprompt --key 0x02 --timeout 2000 Press Ctrl-B for the shell && shell ||\necho It goes on\n',
    steps: [{ when: /Press Ctrl-B for the shell/m, keys: ['b'] }],
    until: ENDS,
    shows: [/^It goes on$/m],
    lacks: [/iPXE>/],
  },
  {
    name: 'the Ctrl-B escape, nobody there',
    script: '#!ipxe\nprompt --key 0x02 --timeout 2000 Press Ctrl-B for the shell && shell ||\necho It goes on\n',
    until: ENDS,
    shows: [/^It goes on$/m],
    lacks: [/iPXE>/],
  },
];

function scenarioOf(kind: 'pc' | 'bare', { script, upAtMs = 0, kernel }: ScriptCase): Scenario {
  const file = (path: string, text: string): object => ({ path, content: { text } });
  const parsed = parseScenarioText(
    JSON.stringify({
      version: 1,
      name: 'a script',
      seed: 'a script',
      nodes: [
        {
          kind,
          name: 'pc1',
          nics: [{ mac: '52:54:00:ba:00:01' }],
          firmware: { personality: 'ipxe', embeddedScript: script, options: { preset: 'all' } },
        },
        {
          kind: 'server',
          name: 'boot',
          nics: [{ mac: '02:00:00:00:00:01', address: '10.0.2.1/24' }],
          upAtMs,
          services: {
            dnsmasq: {
              config:
                'dhcp-range=10.0.2.50,10.0.2.99,1h\ndhcp-authoritative\nno-ping\ndhcp-boot=late.ipxe\nenable-tftp\ntftp-root=/srv/tftp\n',
            },
            http: {},
            ftp: {},
          },
          files: [
            file('/srv/http/index.html', '#!ipxe\necho Noted.\n'),
            file('/srv/tftp/late.ipxe', '#!ipxe\necho Better late than never\n'),
            kernel === undefined
              ? file('/srv/ftp/bzImage', '#!ipxe\necho The kernel is here\nsleep 60\n')
              : { path: '/srv/ftp/bzImage', content: { image: kernel } },
          ],
        },
      ],
      links: [{ a: 'pc1.net0', b: 'boot.eth0' }],
    }),
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

export interface ScriptEnd {
  readonly screen: string;
  readonly requests: readonly string[];
  readonly downloads: readonly string[];
}

/** Runs a case to its end. */
export function playScript(kind: 'pc' | 'bare', each: ScriptCase): ScriptEnd {
  const lab = openLab(scenarioOf(kind, each));
  const person = new Person(lab);
  for (const { when, keys = [], type = '' } of each.steps ?? []) {
    person.await(when);
    person.settle();
    person.press(...keys);
    person.type(type);
    // What follows is for the next screen.
    person.settle();
  }
  person.await(each.until);
  const { events } = lab.log;
  return {
    screen: person.screen,
    requests: events.flatMap((event) =>
      event.kind === 'server' && event.request !== undefined
        ? [event.request.query.map(([key, value]) => `${key}=${value}`).join(' ')]
        : [],
    ),
    downloads: events.flatMap((event) =>
      event.kind === 'transfer' && event.node === 'pc1' && event.state === 'active' && event.doneBytes === 0
        ? [event.name]
        : [],
    ),
  };
}
