/**
 * Wrong input: whatever is given to a command that it cannot read gets iPXE's words and iPXE's number, and the script
 * goes on. The synopses stand here once more, as the reference has them, so that a slip in the registry shows.
 */
import { describe, expect, it } from 'vitest';
import { stripAnsi } from '../../text/ansi.ts';
import { ALL_OPTIONS_BUILD } from '../build.ts';
import { Bench, runScript, type ScriptBench } from '../testing.ts';
import { allCommands } from './all.ts';

const all: ScriptBench = { build: { features: ALL_OPTIONS_BUILD.features } };

/** Runs a line that is expected to fail; what it prints, then errno, then a sign of life. */
function failing(line: string, options: ScriptBench = all): string {
  return runScript(`${line} || echo : \${errno}\necho goes on`, options).output;
}

function synopsisOf(name: string): Synopsis {
  const synopsis = SYNOPSES[name];
  if (synopsis === undefined) throw new Error(`There is no synopsis of ${name}.`);
  return synopsis;
}

function usage(name: string): string {
  const synopsis = [name, synopsisOf(name).text].filter((part) => part !== '').join(' ');
  return `Usage:\n\n  ${synopsis}\n\nSee https://ipxe.org/cmd/${name} for further information\n`;
}

interface Synopsis {
  readonly text: string;
  /** Fewest and most arguments. */
  readonly min: number;
  readonly max: number;
}

const MANY = Number.POSITIVE_INFINITY;
const takes = (min: number, max: number, text: string): Synopsis => ({ text, min, max });
const nothing = takes(0, 0, '');

const DOWNLOAD = '[-n|--name <name>] [-t|--timeout <timeout>] [-q|--quiet] [-a|--autofree]';
const fetch = takes(1, MANY, `${DOWNLOAD} <uri> [<arguments>...]`);
const select = takes(1, MANY, `${DOWNLOAD} <uri|image> [<arguments>...]`);
const exec = takes(0, MANY, `${DOWNLOAD} [-r|--replace] [<uri|image> [<arguments>...]]`);
const interfaces = takes(0, MANY, '[<interface>...]');
const configure = takes(0, MANY, '[-c|--configurator <configurator>] [-t|--timeout <timeout>] [<interface>...]');
const images = takes(0, MANY, '[<image>...]');
const digest = takes(1, MANY, '[-s|--set <set>] <image> [<image>...]');
const ui = takes(0, MANY, '[-n|--name <name>] [-d|--delete] [<title>...]');
const subject = takes(0, 0, '[-s|--subject <subject>]');

/** Every command that a build of the lab may have. */
const SYNOPSES: Readonly<Record<string, Synopsis>> = {
  autoboot: interfaces,
  boot: exec,
  certfree: subject,
  certstat: subject,
  certstore: takes(0, 1, '[-s|--subject <subject>] [-k|--keep] [<uri|image>]'),
  chain: exec,
  choose: takes(
    1,
    1,
    '[-m|--menu <menu>] [-d|--default <default>] [-t|--timeout <timeout>] [-r|--retimeout <retimeout>] [-k|--keep] ' +
      '<setting>',
  ),
  clear: takes(1, 1, '<setting>'),
  colour: takes(1, 1, '[-b|--basic <basic>] [-r|--rgb <rgb>] <colour>'),
  config: takes(0, 1, '[<scope>]'),
  console: takes(
    0,
    0,
    '[-x|--x <x>] [-y|--y <y>] [-l|--left <left>] [-r|--right <right>] [-t|--top <top>] [-b|--bottom <bottom>] ' +
      '[-d|--depth <depth>] [-p|--picture <picture>] [-k|--keep]',
  ),
  cpair: takes(1, 1, '[-f|--foreground <foreground>] [-b|--background <background>] <cpair>'),
  cpuid: takes(1, 1, '[-e|--ext] [-a|--amd] [-c|--ecx] <bit>'),
  dhcp: configure,
  echo: takes(0, MANY, '[-n|--n] [...]'),
  exit: takes(0, 1, '[<status>]'),
  fcels: takes(1, 1, '[-p|--port <port>] [-i|--id <id>] <request>'),
  fcstat: nothing,
  form: ui,
  goto: takes(1, 1, '<label>'),
  ibstat: nothing,
  ifclose: interfaces,
  ifconf: configure,
  iflinkwait: takes(0, MANY, '[-t|--timeout <timeout>] [<interface>...]'),
  ifopen: interfaces,
  ifstat: interfaces,
  imgargs: select,
  imgdecrypt: takes(
    2,
    2,
    '[-n|--name <name>] [-k|--keep] [-t|--timeout <timeout>] [-q|--quiet] <uri|image> <envelope uri|image>',
  ),
  imgexec: exec,
  imgextract: takes(1, 1, '[-n|--name <name>] [-k|--keep] [-t|--timeout <timeout>] [-q|--quiet] <uri|image>'),
  imgfetch: fetch,
  imgfree: images,
  imgload: select,
  imgmem: takes(2, 2, '[-n|--name <name>] <address> <length>'),
  imgselect: select,
  imgset: takes(2, 2, '[-k|--keep] [-t|--timeout <timeout>] [-q|--quiet]'),
  imgstat: images,
  imgtrust: takes(0, 0, '[-a|--allow] [-p|--permanent]'),
  imgverify: takes(
    2,
    2,
    '[-s|--signer <signer>] [-k|--keep] [-t|--timeout <timeout>] [-q|--quiet] <uri|image> <signature uri|image>',
  ),
  inc: takes(1, 2, '<setting> [<increment>]'),
  initrd: fetch,
  ipstat: nothing,
  iseq: takes(2, 2, '<value1> <value2>'),
  isset: takes(1, 1, '<value>'),
  item: takes(
    0,
    MANY,
    '[-m|--menu <menu>] [-f|--form <form>] [-k|--key <key>] [-d|--default] [-s|--secret] [-g|--gap] ' +
      '[<name> [<text>]]',
  ),
  iwlist: interfaces,
  iwstat: interfaces,
  kernel: select,
  login: nothing,
  lotest: takes(2, 2, '[-m|--mtu <mtu>] [-b|--broadcast] <sender> <receiver>'),
  md5sum: digest,
  menu: ui,
  module: fetch,
  nslookup: takes(2, 2, '<setting> <name>'),
  nstat: nothing,
  ntp: takes(1, 1, '<server>'),
  param: takes(1, MANY, '[-p|--params <params>] [-H|--header] <key> [<value>...]'),
  params: takes(0, 0, '[-n|--name <name>] [-m|--method <method>] [-d|--delete]'),
  pciscan: takes(1, 1, '<setting>'),
  ping: takes(1, 1, '[-s|--size <size>] [-t|--timeout <timeout>] [-c|--count <count>] [-q|--quiet] <host>'),
  poweroff: nothing,
  present: takes(0, 0, '[-f|--form <form>] [-k|--keep]'),
  profstat: nothing,
  prompt: takes(0, MANY, '[-k|--key <key>] [-t|--timeout <timeout>] [<text>...]'),
  pxebs: takes(2, 2, '<interface> <server type>'),
  read: takes(1, 1, '[-t|--timeout <timeout>] <setting>'),
  reboot: takes(0, 0, '[-w|--warm] [-s|--setup]'),
  route: nothing,
  sanboot: takes(
    0,
    MANY,
    '[-d|--drive <drive>] [-n|--no-describe] [-k|--keep] [-f|--filename <filename>] [-e|--extra <extra>] ' +
      '[-l|--label <label>] [-u|--uuid <uuid>] [<root-path>]',
  ),
  sanhook: takes(1, MANY, '[-d|--drive <drive>] [-n|--no-describe] <root-path>...'),
  sanunhook: takes(0, 0, '[-d|--drive <drive>]'),
  set: takes(1, MANY, '<setting> <value>'),
  sha1sum: digest,
  sha224sum: digest,
  sha256sum: digest,
  sha384sum: digest,
  sha512sum: digest,
  shell: nothing,
  show: takes(1, 1, '[-q|--quiet] <setting>'),
  sleep: takes(1, 1, '<seconds>'),
  startpxe: takes(0, 1, '[<interface>]'),
  stoppxe: nothing,
  sync: takes(0, 0, '[-t|--timeout <timeout>]'),
  time: takes(1, MANY, '<command>...'),
  usbscan: takes(1, 1, '<setting>'),
  vcreate: takes(1, 1, '[-t|--tag <tag>] [-p|--priority <priority>] <trunk interface>'),
  vdestroy: takes(1, 1, '<VLAN interface>'),
};

/** These look at nothing that is given to them. */
const IGNORING = ['help', 'shim'];

const names = Object.keys(SYNOPSES);
const words = (count: number): string => Array.from({ length: count }, (_, i) => ` w${i}`).join('');

describe('every command', () => {
  it('is in the table above', () => {
    expect(allCommands.map(({ name }) => name).sort()).toEqual([...names, ...IGNORING].sort());
  });

  it.each(names)('%s --help', (name) => {
    expect(failing(`${name} --help`)).toBe(`${usage(name)}: 0xb1621a0\ngoes on\n`);
    expect(failing(`${name} -h`)).toBe(`${usage(name)}: 0xb1621a0\ngoes on\n`);
  });

  it.each(names)('%s with an unknown option', (name) => {
    expect(failing(`${name} --bad`)).toBe(`Unrecognised option "--bad"\n${usage(name)}: 0x1c162202\ngoes on\n`);
    expect(failing(`${name} -Z`)).toBe(`Unrecognised option "-Z"\n${usage(name)}: 0x1c162202\ngoes on\n`);
  });

  it.each(names.filter((name) => synopsisOf(name).min > 0))('%s with an argument too few', (name) => {
    const line = name + words(synopsisOf(name).min - 1);
    expect(failing(line)).toBe(`${usage(name)}: 0x46162001\ngoes on\n`);
  });

  it.each(names.filter((name) => synopsisOf(name).max < MANY))('%s with an argument too many', (name) => {
    const line = name + words(synopsisOf(name).max + 1);
    expect(failing(line)).toBe(`${usage(name)}: 0x46162001\ngoes on\n`);
  });

  it.each(names.filter((name) => / <[a-z]+>\]/.test(` ${synopsisOf(name).text}`)))(
    '%s with an option that lacks its value, or has one too many',
    (name) => {
      for (const [, short = '', long = ''] of synopsisOf(name).text.matchAll(/\[-(\w)\|--([\w-]+) </g)) {
        const wrong = (shown: string): string =>
          `Option "${shown}" requires an argument\n${usage(name)}: 0x1c162302\ngoes on\n`;
        expect(failing(`${name} -${short}`)).toBe(wrong(short));
        expect(failing(`${name} --${long}`)).toBe(wrong(long));
        expect(failing(`${name} --${long} -1`)).toBe(wrong(long));
      }
      for (const [, , long = ''] of synopsisOf(name).text.matchAll(/\[-(\w)\|--([\w-]+)\]/g)) {
        expect(failing(`${name} --${long}=1`)).toBe(
          `Option "${long}" takes no argument\n${usage(name)}: 0x1c162302\ngoes on\n`,
        );
      }
    },
  );

  it('help and shim take whatever comes', () => {
    expect(failing('help --bad x')).toContain('Available commands:');
    expect(failing('shim --bad x')).toBe('goes on\n');
  });

  it.each(['nosuch', 'IFOPEN', 'if', 'ifopenx', '-h', '../boot', '"echo"'])('%s is none', (name) => {
    expect(failing(`${name} a b`)).toBe(`${name}: command not found\n: 0x2e022001\ngoes on\n`);
  });
});

describe('options', () => {
  it('stand before the first argument', () => {
    expect(failing('ifopen net0 --help')).toBe('"--help": no such network device\n: 0x2c16203b\ngoes on\n');
    expect(failing('ping 10.0.0.1 -c 1')).toBe(`${usage('ping')}: 0x46162001\ngoes on\n`);
  });

  it('have their names in full', () => {
    expect(failing('imgfetch --nam x data:,a')).toBe(
      `Unrecognised option "--nam"\n${usage('imgfetch')}: 0x1c162202\ngoes on\n`,
    );
    expect(failing('imgfetch --nam=x data:,a')).toBe(
      `Unrecognised option "--nam=x"\n${usage('imgfetch')}: 0x1c162202\ngoes on\n`,
    );
  });

  it('come in bundles, of which the last may have a value', () => {
    expect(failing('imgfetch -tq data:,a')).toBe('"q": invalid integer value\n: 0x1c162102\ngoes on\n');
    expect(failing('imgfetch -qt5 data:,a')).toBe('goes on\n');
    expect(failing('cpuid -aecx')).toBe(`Unrecognised option "-x"\n${usage('cpuid')}: 0x1c162202\ngoes on\n`);
    expect(failing('echo -n=1')).toBe(`Unrecognised option "-="\n${usage('echo')}: 0x1c162202\ngoes on\n`);
    expect(failing('ifopen -hx')).toBe(`${usage('ifopen')}: 0xb1621a0\ngoes on\n`);
    expect(failing('ifopen -xh')).toBe(`Unrecognised option "-x"\n${usage('ifopen')}: 0x1c162202\ngoes on\n`);
  });

  it('a dash alone is one without a letter, two end them', () => {
    expect(failing('sleep -')).toBe(`Unrecognised option "-\0"\n${usage('sleep')}: 0x1c162202\ngoes on\n`);
    expect(failing('sleep --')).toBe(`${usage('sleep')}: 0x46162001\ngoes on\n`);
    expect(failing('echo -- --x')).toBe('--x\ngoes on\n');
  });

  it('a value may begin with a dash where it hangs on', () => {
    expect(failing('imgfetch -q --name=-x data:,a && imgstat')).toBe('-x : 1 bytes [PXE-NBP]\ngoes on\n');
    expect(failing('imgfetch -q -n-x data:,a && imgstat')).toBe('-x : 1 bytes [PXE-NBP]\ngoes on\n');
    expect(failing('imgfetch -q --timeout= data:,a')).toBe('"": invalid integer value\n: 0x1c162102\ngoes on\n');
  });
});

/** A line, what it prints, and the number; no number where iPXE takes no offence. */
const VALUES: readonly (readonly [line: string, output: string, errno?: string])[] = [
  ...['sleep x', 'exit x', 'cpuid x', 'inc n x', 'imgmem x 1', 'colour x', 'cpair x', 'sleep 08', 'sleep 1s'].map(
    (line) =>
      [
        line,
        `"${line.split(' ').at(line.startsWith('imgmem') ? 1 : -1)}": invalid integer value\n`,
        '0x1c162102',
      ] as const,
  ),
  ...[
    'ifconf -t x',
    'dhcp --timeout x',
    'iflinkwait -t x',
    'imgfetch -t x data:,a',
    'choose -t x y',
    'choose -r x y',
    'prompt -t x',
    'prompt -k xx',
    'item -k xx y',
    'read -t x y',
    'sync -t x',
    'sanhook -d x y',
    'sanboot -d x',
    'sanunhook -d x',
    'vcreate -t x net0',
    'vcreate -p x net0',
    'ping -c x h',
    'ping -s x h',
    'ping -t x h',
    'lotest -m x net0 net0',
    'console -x x',
    'colour -b x 1',
    'cpair -f x 1',
  ].map((line) => [line, `"${line.includes('xx') ? 'xx' : 'x'}": invalid integer value\n`, '0x1c162102'] as const),
  ...[
    'ifopen net9',
    'ifclose net9',
    'ifstat net9',
    'ifconf net9',
    'dhcp net9',
    'iflinkwait net9',
    'autoboot net9',
    'pxebs net9 0',
    'vcreate net9',
    'vdestroy net9',
    'startpxe net9',
    'iwstat net9',
    'iwlist net9',
    'lotest net9 net0',
    'lotest net0 net9',
  ].map((line) => [line, '"net9": no such network device\n', '0x2c16203b'] as const),
  ['ifopen net9 net0', '"net9": no such network device\n'],
  ['pxebs net0 x', '"x": invalid integer value\n', '0x1c162102'],
  ['ifconf -c x net0', '"x": no such configurator\n', '0x3c162003'],
  ['sanboot -u x', '"x": invalid UUID\n', '0x1c2a2002'],
  ...['show', 'set', 'clear', 'read', 'inc', 'choose', 'pciscan', 'usbscan'].map(
    (name) => [`${name} s:nosuch`, '"s:nosuch": invalid setting\n', '0x3c0c2003'] as const,
  ),
  ['nslookup s:nosuch name', '"s:nosuch": invalid setting\n', '0x3c0c2003'],
  ['imgset s:nosuch data:,a', '"s:nosuch": invalid setting\n', '0x3c0c2003'],
  ['md5sum -s s:nosuch data:,a', '"s:nosuch": invalid setting\n', '0x3c0c2003'],
  ['show nosuch/x', '"nosuch/x": invalid setting\n', '0x2c0c203b'],
  ['inc nosuch/x', '"nosuch/x": invalid setting\n', '0x2c0c203b'],
  ['show nosuch', 'Could not find "nosuch": No such file or directory (https://ipxe.org/2d0c203b)\n', '0x2d0c203b'],
  ['show /', 'Could not find "": No such file or directory (https://ipxe.org/2d0c203b)\n', '0x2d0c203b'],
  ['config nosuch', '"nosuch": no such scope\n', '0x1c162002'],
  [
    'set builtin/errno 5',
    'Could not store "errno": Operation not supported (https://ipxe.org/3c0c2003)\n',
    '0x3c0c2003',
  ],
  ['set smbios/x 1', 'Could not store "x": Operation not supported (https://ipxe.org/3c0c2003)\n', '0x3c0c2003'],
  ['set netX/x 1', 'Could not store "x": Operation not supported (https://ipxe.org/3c0c2003)\n', '0x3c0c2003'],
  ['set net0/busid 01', 'Could not store "busid": Operation not supported (https://ipxe.org/3c146003)\n', '0x3c146003'],
  ['set net0/mac 01:02', 'Could not store "mac": Invalid argument (https://ipxe.org/1c146002)\n', '0x1c146002'],
  ['set net0/mac zz', 'Could not store "mac": Invalid argument (https://ipxe.org/1c112002)\n', '0x1c112002'],
  ['set ip 10.0.0', 'Could not store "ip": Invalid argument (https://ipxe.org/1c056002)\n', '0x1c056002'],
  ['set q:hex 1', 'Could not store "q": Invalid argument (https://ipxe.org/1c112002)\n', '0x1c112002'],
  ['set q:hexraw 123', 'Could not store "q": Invalid argument (https://ipxe.org/1c112002)\n', '0x1c112002'],
  ['set q:base64 !!!', 'Could not store "q": Invalid argument (https://ipxe.org/1c102002)\n', '0x1c102002'],
  ['set q:uuid x', 'Could not store "q": Invalid argument (https://ipxe.org/1c2a2002)\n', '0x1c2a2002'],
  ['set q:int8 08', 'Could not store "q": Invalid argument (https://ipxe.org/1c0c2002)\n', '0x1c0c2002'],
  ['set q:dnssl a', 'Could not store "q": Operation not supported (https://ipxe.org/3c0c2003)\n', '0x3c0c2003'],
  ['set q:busdevfn 1', 'Could not store "q": Operation not supported (https://ipxe.org/3c0c2003)\n', '0x3c0c2003'],
  ['set q text && inc q', 'Could not store "q": Operation not supported (https://ipxe.org/3c0c2003)\n', '0x3c0c2003'],
  ['clear nosuch', ''],
  ['item x', 'No default user interface\n', '0x2d16203b'],
  ['item -m m x', '"m": no such user interface\n', '0x2d16203b'],
  ['choose x', 'No default user interface\n', '0x2d16203b'],
  ['choose -m m x', '"m": no such user interface\n', '0x2d16203b'],
  ['present', 'No default user interface\n', '0x2d16203b'],
  ['present -f f', '"f": no such user interface\n', '0x2d16203b'],
  ['menu && choose x', '', '0x2d2ce03b'],
  ['form && present', '', '0x1c63e002'],
  ['param a b', 'No default parameter list\n', '0x2d16203b'],
  ['param -p p a b', '"p": no such parameter list\n', '0x2d16203b'],
  ['imgstat nosuch', '"nosuch": no such image\n', '0x2d0ae03b'],
  ['imgfree nosuch', '"nosuch": no such image\n', '0x2d0ae03b'],
  ['boot', 'No image selected\n'],
  ['chain nosuch', 'Could not start download: Operation not supported (https://ipxe.org/3c092003)\n', '0x3c092003'],
  ['imgfetch foo:bar', 'Could not start download: Operation not supported (https://ipxe.org/3c092003)\n', '0x3c092003'],
  ['imgfetch data:a', 'Could not start download: Invalid argument (https://ipxe.org/1c362002)\n', '0x1c362002'],
  [
    'imgfetch -q -n d data:,0 && imgextract d',
    'Could not extract image: Operation not supported (https://ipxe.org/3c0a8003)\n',
    '0x3c0a8003',
  ],
  ['imgmem 0 0xffffffff', 'Could not create image: Result too large (https://ipxe.org/46008001)\n', '0x46008001'],
  [
    'imgfetch -q -n s data:,%23!ipxe%0Aecho && imgtrust && chain s',
    'Could not boot: Permission denied (https://ipxe.org/0200813c)\n',
    '0x200813c',
  ],
  [
    'imgtrust --permanent && imgtrust --allow',
    'Could not set image trust requirement: Permission denied (https://ipxe.org/0200823c)\n',
    '0x200823c',
  ],
  [
    'imgfetch -q -n s data:,%23!ipxe%0Aecho && imgfetch -q -n c data:,0 && imgverify s c',
    'Could not verify: Operation not supported (https://ipxe.org/3c008003)\n',
    '0x3c008003',
  ],
  [
    'imgfetch -q -n s data:,%23!ipxe%0Aecho && imgfetch -q -n c data:;base64,MAMGAQE= && imgverify s c',
    'Could not verify: Operation not supported (https://ipxe.org/3c2ae103)\n',
    '0x3c2ae103',
  ],
  [
    'imgfetch -q -n s data:,abc && imgfetch -q -n c data:,0 && imgdecrypt s c',
    'Could not decrypt: Operation not supported (https://ipxe.org/3c008003)\n',
    '0x3c008003',
  ],
  [
    'imgfetch -q -n s data:,abc && imgfetch -q -n c data:;base64,MAMGAQE= && imgdecrypt s c',
    'Could not decrypt: Operation not supported (https://ipxe.org/3c2ae103)\n',
    '0x3c2ae103',
  ],
  ['certstat -s nosuch', '"nosuch" : no such certificate\n', '0x2d4fe03b'],
  ['certfree -s nosuch', '"nosuch" : no such certificate\n', '0x2d4fe03b'],
  [
    'imgfetch -q -n c data:,0 && certstore c',
    'Could not parse certificate: Operation not supported (https://ipxe.org/3c008003)\n',
    '0x3c008003',
  ],
  ['fcels FLOGI', 'No ports\n', '0x2c1ee03b'],
  ['fcstat', ''],
  [
    'vcreate --tag 4095 net0',
    'Could not create VLAN device: Invalid argument (https://ipxe.org/1c306002)\n',
    '0x1c306002',
  ],
  [
    'vcreate --priority 8 net0',
    'Could not create VLAN device: Invalid argument (https://ipxe.org/1c306002)\n',
    '0x1c306002',
  ],
  [
    'vcreate --tag 2 net0 && vcreate --tag 3 net0-2',
    'Could not create VLAN device: Error 0x3d306001 (https://ipxe.org/3d306001)\n',
    '0x3d306001',
  ],
  ['vdestroy net0', 'Could not destroy VLAN device: Error 0x3d306001 (https://ipxe.org/3d306001)\n', '0x3d306001'],
  ['cpair 8', 'Could not define colour pair: Invalid argument (https://ipxe.org/1c1d2002)\n', '0x1c1d2002'],
  ['cpair -f 8 1', 'Could not define colour pair: Invalid argument (https://ipxe.org/1c1d2002)\n', '0x1c1d2002'],
  ['colour 8', 'Could not define colour: Invalid argument (https://ipxe.org/1c1e2002)\n', '0x1c1e2002'],
  ['colour -b 8 1', 'Could not define colour: Invalid argument (https://ipxe.org/1c1e2002)\n', '0x1c1e2002'],
  ['goto nowhere', '', '0x2d02803b'],
  ['isset ${nosuch}', '', '0x2d02203b'],
  ['iseq a b', '', '0x46022001'],
  ['cpuid 31', '', '0x2d80e03b'],
  ['sanunhook', 'Unregistered SAN device 0x80\n'],
  ['sanhook nosuch', 'Could not open SAN device: Operation not supported (https://ipxe.org/3c092003)\n', '0x3c092003'],
  [
    'sanhook tftp://10.0.0.1/x',
    'Could not open SAN device: Error 0x3f122003 (https://ipxe.org/3f122003)\n',
    '0x3f122003',
  ],
  [
    'sanboot --drive 0x81',
    'Booting from SAN device 0x81\nBoot from SAN device 0x81 failed: Input/output error (https://ipxe.org/1d852039)\n',
    '0x1d852039',
  ],
  ['usbscan s', '', '0x2c07403b'],
  ['time nosuch', 'nosuch: command not found\ntime: 0.0s\n', '0x2e022001'],
];

describe('wrong values', () => {
  const cases = VALUES.map(([line, output, errno]) => ({ line, output, errno }));

  it.each(cases)('$line', ({ line, output, errno }) => {
    const after = errno === undefined ? '' : `: ${errno}\n`;
    // What a menu or form draws on the way is another test's business.
    const shown = stripAnsi(failing(line));
    expect(shown.endsWith(`${output}${after}goes on\n`)).toBe(true);
    if (!/choose x|present$/.test(line)) expect(shown).toBe(`${output}${after}goes on\n`);
  });

  it('goto in a shell without a script', () => {
    const bench = new Bench({ build: { bannerTimeoutDs: 20 } });
    bench.queue.schedule(1e9, () => bench.machine.press('Ctrl-B'));
    bench.queue.schedule(2e9, () => bench.machine.type('goto x\necho goes on\n'));
    bench.machine.powerOn();
    bench.run(4);
    expect(bench.output).toContain(
      'iPXE> goto x\nNot in a script: Error 0x3d028001 (https://ipxe.org/3d028001)\niPXE> echo goes on\ngoes on\n',
    );
  });
});
