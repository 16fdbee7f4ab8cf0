/**
 * What real iPXE and the firmware `ipxe` are both asked: groups of script lines. Each group begins on a clean screen, so
 * it prints at most some twenty lines of less than eighty characters.
 */
import { DIALOGUES } from './dialogues.ts';

/** Each line is forgiven its failure. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  integers: [
    'set a:int8 255 && echo : ${a} ${a:uint8} ${a:hex}',
    'set b:uint32 0x10 && echo : ${b} ${b:int32} ${b:hexraw}',
    'set c:int16 010 && echo : ${c} ${c:uint16}',
    'set d:int32 -1 && echo : ${d} ${d:uint32} ${d:hexhyp}',
    'set e:int8 127 && inc e && echo : ${e}',
    'inc fresh && echo : ${fresh} && show fresh',
    'inc fresh 41 && echo : ${fresh:uint8}',
    'set t text && inc t || echo : ${errno}',
    'set n:int8 x || echo : ${errno}',
    'echo : ${a:nosuchtype}<',
  ],
  formats: [
    'set h:hex 01:02:ff && echo : ${h} ${h:hexhyp} ${h:hexraw} ${h:base64}',
    'set h:hex 1:2 || echo : ${errno}',
    'set s a%b#c/d && echo : ${s:uristring} ${s:hex}',
    'set u:uristring a%20b%2Fc && echo : ${u} ${u:string}',
    'set i:ipv4 10.1.2.3 && echo : ${i} ${i:hexraw} ${i:int32} ${i:uint32}',
    'set i:ipv4 10.1.2 || echo : ${errno}',
    'set g:uuid 00112233-4455-6677-8899-aabbccddeeff && echo : ${g}',
    'echo : ${g:hexraw}',
    'echo : ${g:guid}',
    'set m:base64 aGVsbG8= && echo : ${m} ${m:string}',
    'set bd:uint16 0x1a && echo : ${bd:busdevfn}',
    'set y:hex 01:02 && show y:ipv4 || echo : ${errno}',
    'show s && show h && show i',
    'show nosuch || echo : ${errno}',
  ],
  expansion: [
    'set idx 0 && echo : ${net${idx}/mac}',
    'set x y && set y z && echo : ${${x}}',
    'set inj ${x} && echo : ${inj}',
    'echo : ${a $x } ${}< ${ x }<',
    'isset ${nosuch} && echo yes || echo no',
    'isset ${x} && echo yes || echo no',
    'iseq ${x} y && echo same || echo other',
    'iseq a b || echo : ${errno}',
    'isset ${} && echo a ; echo b',
    'isset ${} && echo a || echo b && echo c',
    'echo one   two # three',
    'echo a#b c;d "quoted  text"',
    'echo -n joined && echo _here',
    'echo --bad || echo : ${errno}',
  ],
  errors: [
    'nosuchcommand || echo : ${errno}',
    'ifstat net9 || echo : ${errno}',
    'goto nowhere || echo : ${errno}',
    'imgstat nosuch || echo : ${errno}',
    'chain ftp2://10.0.6.1/x || echo : ${errno}',
    'chain http://10.0.6.1/missing.ipxe || echo : ${errno}',
    'chain tftp://10.0.6.1/missing.ipxe || echo : ${errno}',
    'chain http://10.0.6.1/five.ipxe || echo : ${errno}',
    'imgfetch http://10.0.6.1:81/x || echo : ${errno}',
    'clear nosuch && echo cleared',
    'set nosuchblock/x 1 && echo : ${nosuchblock/x}',
  ],
  disks: [
    'sanhook iscsi:10.0.6.1::::iqn.2026-01.test:disk && sanunhook || echo : ${errno}',
    'sanhook iscsi:10.0.6.1::::iqn.2026-01.test:other || echo : ${errno}',
    'sanhook iscsi:10.0.6.1:::7:iqn.2026-01.test:disk || echo : ${errno}',
    'sanhook iscsi:10.0.6.1::3261::iqn.2026-01.test:disk || echo : ${errno}',
    'sanboot iscsi:10.0.6.1::::iqn.2026-01.test:disk || echo : ${errno}',
    'sanhook iscsi:bad || echo : ${errno}',
    'sanhook aoe:bad || echo : ${errno}',
  ],
  'disks with passwords': [
    'set target iscsi:10.0.6.1::::iqn.2026-01.test:secret',
    'sanhook ${target} || echo : ${errno}',
    'set username joe && set password wrong',
    'sanhook ${target} || echo : ${errno}',
    'set password secretsecret',
    'sanhook ${target} && sanunhook || echo : ${errno}',
    'set reverse-username back',
    'sanhook ${target} || echo : ${errno}',
    'set reverse-password wrong',
    'sanhook ${target} || echo : ${errno}',
    'set reverse-password backbackback',
    'sanhook ${target} && sanunhook || echo : ${errno}',
    'clear reverse-username && clear reverse-password && clear username && clear password',
  ],
  flow: [
    'set n:int32 0',
    ':again',
    'inc n',
    'iseq ${n} 3 || goto again',
    'echo : ${n}',
    'goto over && echo not here',
    'echo nor here',
    ':over echo label with a command',
    'goto ${nosuch} || echo : ${errno}',
    'exit 1 2 || echo : ${errno}',
  ],
  scripts: [
    'chain http://10.0.6.1/pages.ipxe arg && echo : back',
    'chain --autofree --name twice http://10.0.6.1/five.ipxe || echo : ${errno}',
    'imgstat twice || echo : ${errno}',
    'chain --replace http://10.0.6.1/none.ipxe || echo : ${errno}',
    'imgexec nosuch.img || echo : ${errno}',
    'boot && echo : nothing selected',
    'imgfree',
  ],
  names: [
    'imgfetch --name a http://web.lab.test/one.txt',
    'imgfetch --name b http://web/one.txt',
    'imgfetch --name c http://alias.lab.test/one.txt',
    'imgfetch http://missing.lab.test/x || echo : ${errno}',
    'imgfetch tftp://missing.lab.test/x || echo : ${errno}',
    'imgfetch http://:80/x || echo : ${errno}',
    'imgfetch http://short/x || echo : ${errno}',
    'imgfetch http://a..b/x || echo : ${errno}',
    'imgfetch --name d tftp://web/two.ipxe',
    'imgstat',
    'imgfree',
  ],
  web: [
    'imgfetch --name r http://10.0.6.1/moved',
    'imgfetch http://10.0.6.1/closed/one.txt || echo : ${errno}',
    'imgfetch http://u:p@10.0.6.1/closed/one.txt',
    'imgfetch http://u:wrong@10.0.6.1/closed/one.txt || echo : ${errno}',
    'imgfetch http://u:p@10.0.6.1/digest/one.txt',
    'imgfetch http://10.0.6.1/one.txt?a=${net0/mac}&b=c%20d#part',
    'imgfetch http://10.0.6.1/a%20b.txt',
    'imgfetch http://10.0.6.2:8080/chunks.txt',
    'imgfetch nosuch:/x || echo : ${errno}',
    'imgstat',
    'imgfree',
  ],
  settings: [
    'show ip',
    'show netmask',
    'show gateway',
    'show dns',
    'show domain',
    'show hostname || echo : ${errno}',
    'show dhcp-server',
    'show net0.dhcp/54:hexhyp',
    'show 175.176',
    'show 67',
    'show net0/linktype',
    'show platform',
    'show root-path || echo : ${errno}',
    'show net0/mac:hexraw',
    'show net0/mac:string',
  ],
  changes: [
    'set net0/dns 10.0.6.9 && show dns',
    'clear net0/dns && show dns',
    'set net0.dhcp/67 edited && show filename',
    'set net0.dhcp/free 1 || echo : ${errno}',
    'set filename mine && show filename',
    'clear filename && show filename',
    'set 175.189:uint8 0x81 && show san-drive',
    'clear san-drive',
  ],
  usage: ['sleep || echo : ${errno}', 'iseq a || echo : ${errno}', 'ifopen --bad || echo : ${errno}'],
  numbers: [
    'sleep x || echo : ${errno}',
    'prompt --timeout x || echo : ${errno}',
    'inc a x || echo : ${errno}',
    'exit x || echo : ${errno}',
    'goto || echo : ${errno}',
  ],
  images: [
    'imgfetch --name one http://10.0.6.1/one.txt arg1 arg2 && imgstat one',
    'imgargs one other && imgstat one',
    'imgfetch tftp://10.0.6.1/two.ipxe && imgstat two.ipxe',
    'imgselect two.ipxe && imgstat two.ipxe',
    'chain two.ipxe',
    'imgfree one && imgstat one || echo : ${errno}',
    'imgfree && imgstat && echo none left',
    'show net0/mac && show net0.dhcp/netmask',
    'show 3 && show 6 || echo : ${errno}',
    'show filename',
    'show next-server',
    'show cwuri',
    'route',
  ],
};

/** A script in several pages. */
export const PAGES = `#!ipxe
:start
set page:int32 1
goto page\${page}
:page2
echo page two
inc page
goto page\${page}
:page1
echo page one
inc page && goto page\${page}
:page3
echo page three: \
continued
exit
echo not here
`;

const BEGIN = ['set esc:hex 1b', 'set cls ${esc:string}[2J${esc:string}[1;1H'];

/** Whatever fails, the script goes on. */
function forgiven(line: string): string {
  return /^:\S+$/.test(line) ? line : `${line} ||`;
}

/** The script that both run: each group on a clean screen, then a pause in which the screen is read. */
export function conformanceScript(): string {
  const groups: readonly (readonly [name: string, lines: readonly string[]])[] = [
    ...Object.entries(GROUPS),
    ...Object.entries(DIALOGUES).map(([name, { lines }]) => [name, lines] as const),
  ];
  const lines = groups.flatMap(([name, group]) => [
    'echo ${cls}',
    `echo BEGIN ${name}`,
    ...group.map(forgiven),
    `echo END ${name}`,
    'sleep 1',
  ]);
  return ['#!ipxe', 'echo THE SCRIPT', 'sleep 1', ...BEGIN, ...lines, 'echo ALL DONE', 'sleep 3600', ''].join('\n');
}
