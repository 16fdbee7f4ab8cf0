/** What looks wrong in the labs of the site that have emulated PCs, and what a real PXELINUX runs into. */
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/analysis/story/findings/judge.ts';
import { say } from '../../src/base/sentence.ts';
import { labFr } from '../../src/page/i18n/fr/lab.ts';
import { parseScenarioText } from '../../src/scenario/parse.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { caseScenario, labFindings, play, siteScenario } from '../support/lab.ts';
import { FINDINGS, PLAYED_ELSEWHERE, UEFI_BOOTS } from './findings-table.ts';

describe('the labs of the site with PCs', () => {
  const withPcs = Object.entries(FINDINGS).filter(
    ([name]) =>
      !PLAYED_ELSEWHERE.has(name) &&
      !UEFI_BOOTS.has(name) &&
      siteScenario(name).nodes.some(({ kind }) => kind === 'pc'),
  );
  it.each(withPcs)('%s', (name, expected) => {
    const found = labFindings(play(siteScenario(name)).lab);
    expect(Object.fromEntries(found.map(({ id, severity }) => [id, severity]))).toEqual(expected);
  });
});

const IMAGES = {
  'pxelinux.0': 'syslinux/pxelinux.0',
  'ldlinux.c32': 'syslinux/bios/ldlinux.c32',
  'menu.c32': 'syslinux/bios/menu.c32',
  'libutil.c32': 'syslinux/bios/libutil.c32',
  'libcom32.c32': 'syslinux/bios/libcom32.c32',
} as const;
type File = keyof typeof IMAGES;
const ALL = Object.keys(IMAGES) as File[];

/** A PC that boots PXELINUX with a configuration. */
function pxelinuxLab(config: string, images: readonly File[] = ALL, dhcp = ''): Scenario {
  const leases = 'dhcp-range=10.0.2.50,10.0.2.99,1h\ndhcp-authoritative\nno-ping\ndhcp-boot=pxelinux.0\n';
  const scenario = {
    version: 1,
    name: 'pxelinux',
    nodes: [
      { kind: 'pc', name: 'pc1', nics: [{ mac: '52:54:00:12:34:01' }], memMiB: 64 },
      { kind: 'switch', name: 'sw1' },
      {
        kind: 'server',
        name: 'boot',
        nics: [{ mac: '02:00:00:00:00:01', address: '10.0.2.1/24' }],
        services: { dnsmasq: { config: `${leases}enable-tftp\ntftp-root=/srv/tftp\n${dhcp}` } },
        files: [
          ...images.map((name) => ({ path: `/srv/tftp/${name}`, content: { image: IMAGES[name] } })),
          { path: '/srv/tftp/pxelinux.cfg/default', content: { text: config } },
        ],
      },
    ],
    links: [
      { a: 'pc1.net0', b: 'sw1.1' },
      { a: 'boot.eth0', b: 'sw1.2' },
    ],
  };
  const parsed = parseScenarioText(JSON.stringify(scenario));
  if (!parsed.ok) throw new Error(parsed.error.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return parsed.value;
}

const MENU = 'DEFAULT menu.c32\nPROMPT 0\nTIMEOUT 30\nMENU TITLE Menu\n';

interface Case {
  readonly what: string;
  readonly lab: Scenario;
  /** A sentence of the stage at which the boot ends. */
  readonly stage?: string;
  readonly expected: {
    readonly id: string;
    readonly text: RegExp;
    readonly remedy: RegExp;
    readonly line?: string;
    /** Sentence and remedy. */
    readonly french?: readonly [RegExp, RegExp];
  };
}

const CASES: readonly Case[] = [
  {
    what: 'a kernel that the configuration names and the server has not (p02)',
    lab: caseScenario('pc/pxelinux-kernel-missing'),
    expected: {
      id: 'pxelinux-config-names',
      text: /\/ubnkern, which is not there: line 7 of/,
      remedy: /that line \(KERNEL \/ubnkern\)/,
      french: [/\/ubnkern, qui n’y est pas : la ligne 7 de/, /cette ligne \(KERNEL \/ubnkern\)/],
      line: 'KERNEL /ubnkern',
    },
  },
  {
    what: 'ONTIMEOUT that names no label (p02)',
    lab: pxelinuxLab(`${MENU}ONTIMEOUT local\nLABEL lokal\n  LOCALBOOT 0\n`),
    expected: {
      id: 'pxelinux-config-names',
      text: /local, which is not there: line 5 of/,
      remedy: /ONTIMEOUT local/,
      line: 'ONTIMEOUT local',
    },
  },
  {
    what: 'no ldlinux.c32 (p03)',
    lab: caseScenario('pc/ldlinux-missing'),
    stage: 'Syslinux goes no further without ldlinux.c32',
    expected: {
      id: 'syslinux-module-missing',
      text: /needs ldlinux\.c32/,
      remedy: /ldlinux\.c32 of the same Syslinux release.* beside pxelinux\.0/,
      french: [/a besoin de ldlinux\.c32/, /ldlinux\.c32 de la même version de Syslinux.* à côté de pxelinux\.0/],
    },
  },
  {
    what: 'no libutil.c32',
    stage: 'Syslinux goes no further without menu.c32',
    lab: pxelinuxLab(`${MENU}LABEL a\nKERNEL b\n`, ['pxelinux.0', 'ldlinux.c32', 'menu.c32']),
    expected: { id: 'syslinux-module-missing', text: /needs libutil\.c32/, remedy: /same Syslinux release/ },
  },
  {
    what: 'two DEFAULT lines',
    lab: pxelinuxLab(`${MENU}LABEL a\n  KERNEL b\nDEFAULT local\nLABEL local\n  LOCALBOOT 0\n`),
    expected: {
      id: 'pxelinux.default-replaced',
      text: /DEFAULT local \(line 7\) replaces DEFAULT menu\.c32 \(line 1\)/,
      remedy: /the last DEFAULT counts/,
      line: 'DEFAULT local',
    },
  },
  {
    what: 'a local boot without a disk',
    lab: pxelinuxLab('DEFAULT local\nLABEL local\n  LOCALBOOT 0\n'),
    expected: {
      id: 'pxelinux.local-boot',
      text: /LOCALBOOT 0, line 3/,
      remedy: /a disk that boots/,
      line: 'LOCALBOOT 0',
    },
  },
  {
    what: 'option 210 without a slash (p06)',
    lab: pxelinuxLab(MENU, ALL, 'dhcp-option-force=210,/other\n'),
    expected: {
      id: 'path-prefix-without-slash',
      text: /\/otherldlinux\.c32/,
      remedy: /\/other\//,
      line: 'dhcp-option-force=210,/other',
    },
  },
];

const findings = (lab: Scenario): readonly Finding[] => labFindings(play(lab, { timeoutS: 8 }).lab);

describe('PXELINUX', () => {
  it.each(CASES)('$what', ({ lab, stage, expected }) => {
    const played = play(lab, { timeoutS: 20 }).lab;
    const found = labFindings(played);
    if (stage !== undefined)
      expect(played.log.events).toContainEqual(expect.objectContaining({ stage: 'boot-failed', text: stage }));
    expect(found.map(({ id }) => id)).toEqual([expected.id]);
    expect(found[0]?.text).toMatch(expected.text);
    expect(found[0]?.remedy.text).toMatch(expected.remedy);
    expect(found[0]?.line?.text).toBe(expected.line);
    const [one] = found;
    if (expected.french === undefined || one === undefined) return;
    expect(say(one.says, labFr, 'fr')).toMatch(expected.french[0]);
    expect(say(one.remedy.says, labFr, 'fr')).toMatch(expected.french[1]);
  });

  it('has nothing wrong while it shows a menu, though it looked for its configuration under ten names', () => {
    expect(findings(pxelinuxLab(`${MENU}LABEL a\n  KERNEL pxelinux.0\n`))).toEqual([]);
  });

  it('has nothing wrong where options 209 and 210 lead to its configuration', () => {
    const { lab, stop } = play(caseScenario('pc/options-209-210'), { timeoutS: 20 });
    expect(stop.kind).toBe('breakpoint');
    expect(labFindings(lab)).toEqual([]);
  });
});
