/**
 * Explanations of events of real runs: what a frame is, why it was sent, what its sender waits for, what came of it; chains
 * that lead from the power switch to the end; marks of frames that were lost, sent again or overtaken.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { explainEvent, type EventExplanation } from '../../src/analysis/story/explain/explain.ts';
import { Narrative, storyText } from '../../src/analysis/story/narrative/narrative.ts';
import { LabTrace } from '../../src/analysis/story/trace.ts';
import type { LabEvent } from '../../src/base/event-log.ts';
import { loadLanguage, sayMessage } from '../../src/page/i18n/index.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { Scenario, ScenarioInput } from '../../src/scenario/schema.ts';
import { play, siteScenario } from '../support/lab.ts';

class Explained {
  readonly trace: LabTrace;
  readonly events: readonly LabEvent[];

  constructor(scenario: Scenario, until = 'stage:halted') {
    const { lab } = play(scenario, { until, timeoutS: 900 });
    this.events = lab.log.events;
    this.trace = new LabTrace(this.events, lab.capture.store);
    this.trace.update(lab.queue.nowNs);
  }

  /** Of the frame of that number. */
  frame(number: number): EventExplanation {
    const event = this.events.find(({ id }) => this.trace.numberOf(id) === number);
    return this.of(event);
  }

  of(event: LabEvent | undefined): EventExplanation {
    const found = event === undefined ? undefined : explainEvent(this.trace, event.id);
    if (found === undefined) throw new Error('no such event');
    return found;
  }

  find(matches: (event: LabEvent) => boolean): EventExplanation {
    return this.of(this.events.find(matches));
  }

  /** `NUMBER kind` of all marked frames. */
  marks(): readonly string[] {
    return this.events.flatMap((event) =>
      this.trace.marksOf(event).map(({ kind }) => `${this.trace.numberOf(event.id)} ${kind}`),
    );
  }

  stageOf(event: LabEvent | undefined): string | undefined {
    return event?.kind === 'stage' ? event.stage : undefined;
  }
}

function said({ parts }: EventExplanation, role: string): string {
  return parts.flatMap((part) => (part.role === role ? [part.says.text] : [])).join(' ');
}

function onCable(
  faults: NonNullable<NonNullable<ScenarioInput['links']>[number]['faults']>,
  name = 'bare-pxe',
): Scenario {
  const scenario = siteScenario(name);
  const links = scenario.links.map((link, i) => (i === 0 ? { ...link, faults } : link));
  const parsed = parseScenario({ ...scenario, links });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

describe('the third data block is lost', () => {
  const reported = new Explained(siteScenario('bare-nth-lost'));

  it('marks the block, the ACK that was sent again after 1 s, and the block that was sent again after 2 s', () => {
    expect(reported.marks()).toEqual(['17 lost', '18 again', '19 again']);
  });

  it('says of the lost frame which fault struck it, how long its sender waits, and which frame repeats it', () => {
    const lost = reported.frame(17);
    expect(lost.says.text).toBe('boot sends block 3 of the file, 1456 bytes (TFTP DATA).');
    expect(said(lost, 'cause')).toBe('It answers frame 16: pc1 has block 2 (TFTP ACK).');
    expect(said(lost, 'waits')).toBe('boot waits 2 s for an answer, until 6.300 s; then it sends this again.');
    expect(said(lost, 'outcome')).toContain('It never arrived: a fault of the lab struck it on pc1.net0 – sw1.1.');
    expect(said(lost, 'outcome')).toContain('match 1: tftp.opcode == 3 and tftp.block == 3');
    expect(said(lost, 'outcome')).toContain('No answer came for 2 s: it was sent again as frame 19.');
  });

  it('names the timer as the cause of the frame that was sent again, and the fault as that of the silence', () => {
    expect(said(reported.frame(19), 'cause')).toBe('Sent again: no answer for 2 s to frame 17, which had been lost.');
    expect(said(reported.frame(18), 'cause')).toBe(
      'Sent again: no answer for 1 s to frame 16, because the answer, frame 17, had been lost.',
    );
    const fault = reported.find(({ kind }) => kind === 'fault');
    expect(said(fault, 'cause')).toMatch(/^It struck frame 17: /);
    expect(said(fault, 'outcome')).toBe('So boot sent it again 2 s later, as frame 19.');
    expect(fault.next).toBe(reported.frame(19).event.id);
  });

  it('begins with the power switch and the ROM', () => {
    const first = reported.frame(1);
    expect(first.causes.map(({ event }) => reported.stageOf(event))).toEqual([
      'power-on',
      'rom-init',
      'rom-boot',
      'dhcp-discover',
    ]);
    expect(said(first, 'cause')).toContain('It began when pc1 was switched on, at 0.000 s');
    expect(said(first, 'waits')).toContain('pc1 collects offers for 4 s, until 4.300 s');
  });

  it('gives the answer of the server with the lines of its configuration', () => {
    const offer = reported.frame(2);
    expect(said(offer, 'cause')).toMatch(/^It answers frame 1: /);
    expect(offer.lines.map(({ text }) => text)).toEqual(['dhcp-range=10.0.2.50,10.0.2.99,1h', 'dhcp-boot=boot.bin']);
    const kept = reported.find((event) => reported.stageOf(event) === 'dhcp-offer');
    expect(said(kept, 'outcome')).toBe(
      'After 4 s: The offer of 10.0.2.65 from 10.0.2.1 was chosen: it names a boot file.',
    );
  });

  it('folds the lines of a log', () => {
    const { effects } = reported.frame(1);
    expect(effects.map(({ event, folded }) => `${event.kind} ${folded}`)).toEqual(['log 26', 'server 0']);
  });

  it('calls the question for the size harmless, where it ends', () => {
    expect(reported.frame(9).says.text).toContain('knows the size now');
    expect(said(reported.frame(9), 'note')).toMatch(/^Harmless: /);
    const failed = reported.find((event) => event.kind === 'transfer' && event.state === 'failed');
    expect(said(failed, 'note')).toMatch(/^Harmless: /);
  });

  it('leads step by step from the power switch to the end and back', () => {
    const stages: (string | undefined)[] = [];
    let at = reported.find((event) => reported.stageOf(event) === 'power-on');
    const passed = [at.event.id];
    while (at.next !== undefined) {
      at = reported.of(reported.events[at.next]);
      passed.push(at.event.id);
      stages.push(reported.stageOf(at.event));
    }
    expect(stages.at(-1)).toBe('halted');
    expect(passed).toContain(reported.frame(17).event.id);
    for (; at.previous !== undefined; at = reported.of(reported.events[at.previous]))
      expect(passed).toContain(at.event.id);
    expect(reported.stageOf(at.event)).toBe('power-on');
  });
});

describe('other causes', () => {
  it('an offer that was passed over says so, and why', () => {
    const reported = new Explained(siteScenario('bare-rogue'));
    const offers = reported.events
      .filter((event) => reported.stageOf(event) === 'dhcp-offer')
      .map((event) => reported.of(event));
    expect(offers.map((offer) => said(offer, 'outcome'))).toEqual([
      'After 4 s: The offer of 10.0.2.165 from 10.0.2.9 was passed over: it has no boot file.',
      'After 4 s: The offer of 10.0.2.65 from 10.0.2.1 was chosen: it names a boot file.',
    ]);
  });

  it('an iPXE that asks again although it has an offer does so by its own timer', () => {
    const reported = new Explained(siteScenario('bare-ipxe-http'));
    // Frame 2 is EAPOL-Start.
    const again = reported.frame(4);
    expect(said(again, 'mark')).toBe(
      'Sent again: it is frame 1 once more, 1 s later, although that one had been answered.',
    );
    expect(
      said(
        reported.find((event) => event.id === again.previous),
        'cause',
      ),
    ).toMatch(/^pc1 had waited 1 s since this: /);
  });

  it('a frame that nobody answers is sent again until the machine gives up, and the chain says so', () => {
    const reported = new Explained(siteScenario('wrong-no-dhcp'));
    expect(reported.marks().filter((mark) => mark.endsWith('again'))).toHaveLength(3);
    const end = reported.find((event) => reported.stageOf(event) === 'halted');
    expect(end.causes.map(({ event }) => reported.stageOf(event))).toContain('power-on');
    const failed = reported.find((event) => 'text' in event && event.text.startsWith('PXE-E51'));
    expect(said(failed, 'cause')).toMatch(/^pc1 had waited 32 s since frame \d/);
  });

  it('what a script of the lab does is named as such', () => {
    const scenario = siteScenario('bare-pxe');
    const nodes = scenario.nodes.map((node) => (node.kind === 'bare' ? { ...node, power: 'off' } : node));
    const parsed = parseScenario({
      ...scenario,
      nodes,
      inputs: [{ at: { ms: 5 }, machine: 'pc1', do: { power: 'on' } }],
    });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
    const reported = new Explained(parsed.value);
    const on = reported.find((event) => reported.stageOf(event) === 'power-on');
    expect(said(on, 'cause')).toMatch(/^A person, or the script of the lab, did this: /);
  });
});

describe('marks', () => {
  it.each([
    [
      'a frame that is delivered twice',
      [
        {
          kind: 'match' as const,
          filter: 'tftp.opcode == 3 and tftp.block == 2',
          nth: 1,
          action: 'duplicate' as const,
        },
      ],
      ['15 duplicate'],
    ],
    [
      'a frame that is damaged',
      [{ kind: 'match' as const, filter: 'tftp.opcode == 3 and tftp.block == 2', nth: 1, action: 'corrupt' as const }],
      ['15 damaged'],
    ],
    [
      'a frame that is held back',
      [
        {
          kind: 'match' as const,
          filter: 'tftp.opcode == 3 and tftp.block == 2',
          nth: 1,
          action: 'delay' as const,
          delayUs: 100_000,
        },
      ],
      ['15 late'],
    ],
  ])('%s', (_name, faults, expected) => {
    expect(new Explained(onCable(faults)).marks()).toEqual(expect.arrayContaining(expected));
  });

  it.each([
    ['for the next bridge alone: EAPOL-Start', 'bare-ipxe-http'],
    ['for a group that nobody else has joined: IGMP reports at a snooping switch', 'bare-mtftp'],
  ])('call nothing lost that is %s', (_what, name) => {
    const reported = new Explained(siteScenario(name));
    expect(reported.marks().filter((mark) => mark.endsWith('lost'))).toEqual([]);
  });

  it('are absent from a sound boot', () => {
    expect(new Explained(siteScenario('bare-pxe')).marks()).toEqual([]);
    expect(new Explained(siteScenario('bare-proxy')).marks()).toEqual([]);
    // A switch puts a tag into what arrives at the trunk, and takes it out of the answer.
    expect(new Explained(siteScenario('bare-trunk')).marks()).toEqual([]);
    expect(new Explained(siteScenario('bare-vlans')).marks()).toEqual([]);
  });
});

describe('the story', () => {
  function story(name: string, until?: string): { text: string; reported: Explained; narrative: Narrative } {
    const reported = new Explained(siteScenario(name), until);
    const narrative = new Narrative(reported.trace);
    narrative.update();
    return { reported, narrative, text: storyText(narrative.stories(), ({ text }) => text) };
  }

  it('names the script that a machine runs, and no server for what another machine asked for', () => {
    expect(story('bare-ipxe-menu').text).toContain('9.300 s  pc1: Script menu.ipxe starts.\n');
    expect(story('bare-mtftp', 'pc2.stage:halted').text).toMatch(/pc2 gets boot\.bin: 60000 bytes in [\d.]+ s, with/);
  });

  it('does not call a request unanswered while the lab is stopped in the middle of it', () => {
    expect(story('bare-inventory', 'http.request.uri contains "name="').text).toContain(
      'pc1 asks for http://10.0.2.1/ and does not have it yet',
    );
  });

  it('tells a boot by its phases, with what was lost', () => {
    const { text, narrative, reported } = story('bare-nth-lost');
    expect(text.split('\n')).toEqual([
      '    0.000 s  pc1 is switched on; after 300 ms its BIOS runs the boot ROM (pxe).',
      '    0.300 s  pc1 asks once for an address and gets 10.0.2.65 from boot, after 4 s, with 4 frames.',
      '    4.300 s  pc1 gets boot.bin from boot: 30000 bytes in 2 s, with 51 frames (1 lost, 2 sent again).',
      '    6.301 s  pc1: boot.bin is loaded: guest code would start here.',
      '    6.301 s  pc1: The bare machine stops where guest code would start.',
      '',
    ]);
    // Unfolded, the lost frame and those that were sent again stand by themselves.
    const marked = narrative.unfold('pc1', 2).filter(({ marks }) => marks.length > 0);
    expect(marked.map(({ event }) => reported.trace.numberOf(event.id))).toEqual([17, 18, 19]);
  });

  it('names what was not given', () => {
    expect(story('wrong-no-dhcp').text).toContain('pc1 asks 4 times for an address and gets none in 60 s');
    expect(story('wrong-missing-file').text).toContain('pc1 asks for pxelinux.0 and does not get it');
  });

  it('is one for each machine', () => {
    expect(story('bare-storm-50').text.match(/^== pc/gm)).toHaveLength(50);
  });
});

describe('in French', () => {
  beforeAll(async () => await loadLanguage('fr'));

  it('the same is said', () => {
    const reported = new Explained(siteScenario('bare-nth-lost'));
    const { says, parts } = reported.frame(19);
    expect(sayMessage('fr', says)).toBe('boot envoie le bloc 3 du fichier, 1456 octets (DATA de TFTP).');
    expect(parts.map((part) => sayMessage('fr', part.says))[0]).toBe(
      'Renvoyé : pas de réponse depuis 2 s à la trame 17, qui s’était perdue.',
    );
  });
});
