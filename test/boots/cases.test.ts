/**
 * Small labs as people run into them (`cases/`), each with what looks wrong in it, and nothing beside it: the sentence and
 * the remedy in both languages name the file, the option, the server that is at fault. Those that are right show nothing.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Severity } from '../../src/base/event-log.ts';
import { Narrative, storyText } from '../../src/analysis/story/narrative/narrative.ts';
import { LabTrace } from '../../src/analysis/story/trace.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { loadLanguage, sayMessage } from '../../src/page/i18n/index.ts';
import { caseScenario, labFindings, play } from '../support/lab.ts';

beforeAll(async () => await loadLanguage('fr'));

/** The stories of the lab in both languages. */
function storiesOf(lab: Lab): { readonly en: string; readonly fr: string } {
  const trace = new LabTrace(lab.log.events, lab.capture.store);
  trace.update(lab.queue.nowNs);
  const narrative = new Narrative(trace);
  narrative.update();
  const stories = narrative.stories();
  return {
    en: storyText(stories, (message) => sayMessage('en', message)),
    fr: storyText(stories, (message) => sayMessage('fr', message)),
  };
}

interface Expected {
  readonly name: string;
  readonly id: string;
  readonly severity?: Severity;
  /** Said in each language: what the sentence and the remedy must have. */
  readonly text: readonly [en: RegExp, fr: RegExp];
  readonly remedy: readonly [en: RegExp, fr: RegExp];
  /** The line of the configuration. */
  readonly line?: string;
  /** What the story says about it, in each language. */
  readonly story: readonly [en: RegExp, fr: RegExp];
}

const WRONG: readonly Expected[] = [
  {
    name: 'proxy-without-server',
    id: 'proxy-without-server',
    text: [
      /^10\.0\.2\.2 names boot\/start\.ipxe to pc1 and no server/,
      /^10\.0\.2\.2 nomme boot\/start\.ipxe à pc1 sans le serveur/,
    ],
    remedy: [
      /Write the address .* dhcp-boot=boot\/start\.ipxe,,10\.0\.2\.2 /,
      /Écrivez l’adresse .* dhcp-boot=boot\/start\.ipxe,,10\.0\.2\.2 /,
    ],
    line: 'dhcp-boot=tag:ipxe,boot/start.ipxe',
    story: [
      /gets 10\.0\.2\.65 from router.*\n.*iPXE asks on port 4011;.*\n.*10\.0\.2\.2 has named boot\/start\.ipxe, but no server/,
      /reçoit 10\.0\.2\.65 de router.*\n.*question sur le port 4011 ;.*\n.*10\.0\.2\.2 a nommé boot\/start\.ipxe, mais pas le serveur/,
    ],
  },
  {
    name: 'proxy-dummy-service',
    id: 'proxy-without-server',
    text: [
      /^10\.0\.2\.2 names start\.ipxe to pc1 and no server/,
      /^10\.0\.2\.2 nomme start\.ipxe à pc1 sans le serveur/,
    ],
    remedy: [/ dhcp-boot=start\.ipxe,,10\.0\.2\.2 /, / dhcp-boot=start\.ipxe,,10\.0\.2\.2 /],
    line: 'dhcp-boot=start.ipxe',
    story: [
      /gets 10\.0\.2\.65 from router.*\n.*\n.*10\.0\.2\.2 has named start\.ipxe, but no server/,
      /reçoit 10\.0\.2\.65 de router.*\n.*\n.*10\.0\.2\.2 a nommé start\.ipxe, mais pas le serveur/,
    ],
  },
  {
    name: 'option-60-left',
    id: 'option-60-left',
    text: [/^10\.0\.2\.1 says by option 60/, /^10\.0\.2\.1 dit par l’option 60/],
    remedy: [/^Take option 60 off this DHCP server/, /^Retirez l’option 60 de ce serveur DHCP/],
    line: 'dhcp-option-force=60,PXEClient',
    story: [/DHCPREQUEST to 10\.0\.2\.1 port 4011; PXE-E55/, /DHCPREQUEST à 10\.0\.2\.1, port 4011 ; PXE-E55/],
  },
  {
    name: 'two-servers',
    id: 'two-dhcp-servers',
    severity: 'warn',
    text: [/^2 DHCP servers .*: 10\.0\.2\.1, 10\.0\.2\.2/, /^2 serveurs DHCP .* : 10\.0\.2\.1, 10\.0\.2\.2/],
    remedy: [/^Leave one server to give addresses/, /^Laissez un seul serveur donner des adresses/],
    // The refusal of the server that iPXE did not choose is ignored.
    story: [
      /gets 10\.0\.2\.165 from boot, .*\n.*\n.*Script start\.ipxe starts/,
      /reçoit 10\.0\.2\.165 de boot, .*\n.*\n.*script start\.ipxe/i,
    ],
  },
  {
    name: 'path-mtu',
    id: 'path-mtu',
    text: [/A block of boot\.0 \(1478 bytes\)/, /Un bloc de boot\.0 \(1478 octets\)/],
    remedy: [/tftp-mtu=1420/, /tftp-mtu=1420/],
    story: [
      /asks for tftp:\/\/10\.0\.2\.1\/boot\.0 and does not get it/,
      /demande tftp:\/\/10\.0\.2\.1\/boot\.0 et ne/,
    ],
  },
  {
    name: 'option-66-differs',
    id: 'option-66-differs',
    text: [
      /option 66 says 10\.0\.2\.9, siaddr says 10\.0\.2\.1/,
      /l’option 66 dit 10\.0\.2\.9, siaddr dit 10\.0\.2\.1/,
    ],
    remedy: [/dhcp-boot=boot\.0,,10\.0\.2\.9/, /dhcp-boot=boot\.0,,10\.0\.2\.9/],
    line: 'dhcp-option=66,10.0.2.9',
    story: [/asks for boot\.0 and does not get it/, /demande boot\.0 et ne/],
  },
  {
    name: 'pxe-service-suffix',
    id: 'pxe-service-suffix',
    text: [
      /lpxelinux\.0, .*puts \.0 behind a name of pxe-service/,
      /lpxelinux\.0, .*ajoute \.0 aux noms de pxe-service/,
    ],
    remedy: [/Serve the file as lpxelinux\.0/, /Servez le fichier sous le nom lpxelinux\.0/],
    line: 'pxe-service=x86PC,"PXE BootMenu",lpxelinux',
    story: [/asks for lpxelinux\.0 and does not get it/, /demande lpxelinux\.0 et ne/],
  },
  {
    name: 'relay',
    id: 'ip.not-forwarded',
    text: [/^relay drops a packet from 10\.0\.2\.65/, /^relay abandonne un paquet de 10\.0\.2\.65/],
    remedy: [/Switch IP forwarding on/, /Activez le routage IP/],
    story: [/gets 10\.0\.2\.65 from boot/, /reçoit 10\.0\.2\.65 de boot/],
  },
  {
    name: 'no-route',
    id: 'ipxe-no-route',
    text: [/Network unreachable \(https:\/\/ipxe\.org\/280a6011\)/, /ne connaît pas de chemin .*280a6011/],
    remedy: [/a router \(option 3, dhcp-option=3,/, /un routeur au client \(option 3, dhcp-option=3,/],
    story: [/asks for http:\/\/192\.0\.2\.7\/x and does not get it/, /demande http:\/\/192\.0\.2\.7\/x et ne/],
  },
  {
    name: 'label-missing',
    id: 'script-label-missing',
    text: [/goto a: m\.ipxe has no line that begins with :a/, /goto a : aucune ligne de m\.ipxe ne commence par :a/],
    remedy: [/Put that label into the script/, /Mettez cette étiquette dans le script/],
    story: [/m\.ipxe: No such file or directory .*2d02803b/, /m\.ipxe : No such file or directory .*2d02803b/],
  },
];

describe('a case with one thing wrong', () => {
  it.each(WRONG)('$name', ({ name, id, severity = 'error', text, remedy, line, story }) => {
    const { lab } = play(caseScenario(name), { timeoutS: 60 });
    const found = labFindings(lab);
    expect(found.map((one) => `${one.severity} ${one.id} ${one.machines.join()}`)).toEqual([`${severity} ${id} pc1`]);
    for (const one of found) {
      expect(sayMessage('en', one)).toMatch(text[0]);
      expect(sayMessage('fr', one)).toMatch(text[1]);
      expect(sayMessage('en', one.remedy)).toMatch(remedy[0]);
      expect(sayMessage('fr', one.remedy)).toMatch(remedy[1]);
      expect(one.line?.text).toBe(line);
    }
    const { en, fr } = storiesOf(lab);
    expect(en).toMatch(story[0]);
    expect(fr).toMatch(story[1]);
    expect(en).not.toContain('Nobody has named');
    expect(fr).not.toContain('Personne n’a nommé');
  });
});

describe('a case with nothing wrong', () => {
  it.each([
    ['menu-prompt-255', 'boot-menu'],
    ['choose-timeout-unset', 'script'],
    ['script-without-file', 'script'],
    ['arp-after-end', 'halted'],
  ])('%s', (name, stage) => {
    const { lab } = play(caseScenario(name), { timeoutS: 60 });
    expect(labFindings(lab).map(({ id, text }) => `${id}: ${text}`)).toEqual([]);
    const stages = lab.log.events.flatMap((event) => (event.kind === 'stage' ? [event.stage] : []));
    expect(stages.at(-1)).toBe(stage);
  });

  it('goes through the relay to its end once that machine is a router too', () => {
    const routed = caseScenario('relay', (text) =>
      text.replace('"name": "relay",', '"name": "relay", "forward": true,'),
    );
    const { lab } = play(routed, { timeoutS: 60 });
    expect(labFindings(lab)).toEqual([]);
    expect(storiesOf(lab).en).toMatch(/gets 10\.0\.2\.65 from boot.*\n.*gets boot\.0 from boot: 30000 bytes/);
  });

  it('takes no empty time for a timeout', () => {
    const { lab } = play(caseScenario('choose-timeout-unset'), { timeoutS: 60 });
    const printed = lab.log.events.flatMap((event) => (event.kind === 'console' ? [event.text] : [])).join('');
    expect(printed).toContain('"": invalid integer value');
    expect(printed).toContain('CANCELLED');
  });
});
