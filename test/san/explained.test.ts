/** What Explain says about the frames of a login, of commands and of AoE, and how the story and the ladder show a disk. */
import { beforeAll, describe, expect, it } from 'vitest';
import { Ladder } from '../../src/analysis/ladder/ladder.ts';
import { sentView } from '../../src/analysis/frame-view.ts';
import { explainEvent } from '../../src/analysis/story/explain/explain.ts';
import { Narrative, storyText } from '../../src/analysis/story/narrative/narrative.ts';
import { LabTrace } from '../../src/analysis/story/trace.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { loadLanguage, sayMessage } from '../../src/page/i18n/index.ts';
import { smallLab } from '../support/small-lab.ts';
import { play } from '../support/lab.ts';

const DISK = 'iqn.2026-01.lab.example:disk';
const IQN = 'iqn.2026-01.lab.example:pc1';

function ran(...script: readonly string[]): Lab {
  const source = { emptyMiB: 16 };
  const iscsi = {
    name: DISK,
    luns: [{ source }],
    chap: { username: 'pc1', password: 'right' },
    mutualChap: { username: 'san', password: 'mutual' },
  };
  return play(
    smallLab({
      firmware: { personality: 'ipxe', embeddedScript: ['#!ipxe', 'dhcp', ...script, ''].join('\n') },
      servers: {
        '10.0.2.1': {
          config: 'dhcp-range=10.0.2.50,10.0.2.99,1h\ndhcp-authoritative\nno-ping\n',
          services: { iscsi: { targets: [iscsi] }, aoe: { targets: [{ shelf: 0, slot: 7, source }] } },
        },
      },
    }),
    { timeoutS: 40 },
  ).lab;
}

const PASSWORDS = [
  `set initiator-iqn ${IQN}`,
  'set username pc1',
  'set password right',
  'set reverse-username san',
  'set reverse-password mutual',
];

function traced(lab: Lab): LabTrace {
  const trace = new LabTrace(lab.log.events, lab.capture.store);
  trace.update(lab.queue.nowNs);
  return trace;
}

/** What is said about the frames to and from the disk, in this language, without those that only confirm. */
function sentences(lab: Lab, language: 'en' | 'fr'): readonly string[] {
  const trace = traced(lab);
  const after = lab.log.events.findIndex((event) => event.kind === 'decision' && event.code === 'san-attach');
  return lab.log.events.slice(after).flatMap((event) => {
    if (event.kind !== 'frame') return [];
    const explained = explainEvent(trace, event.id);
    return explained === undefined ? [] : [sayMessage(language, explained.says)];
  });
}

function ladderOf(lab: Lab): readonly string[] {
  const frames = sentView(lab.capture.store);
  const ladder = new Ladder(frames, () => ({ protocol: '', info: 'one' }));
  ladder.update();
  return ladder.arrows.filter(({ count }) => count > 1).map(({ folded = '' }) => folded);
}

beforeAll(async () => {
  await loadLanguage('fr');
});

describe('a disk by iSCSI', () => {
  const lab = ran(...PASSWORDS, `sanhook iscsi:10.0.2.1::::${DISK}`);

  it('is explained from the login to the reads', () => {
    const said = sentences(lab, 'en');
    for (const sentence of [
      'pc1 logs in at srv1: the stage SecurityNegotiation, then LoginOperationalNegotiation (iSCSI Login Request).',
      `pc1 says in the login: InitiatorName=${IQN}, TargetName=${DISK}, SessionType=Normal, AuthMethod=CHAP.`,
      'srv1 sends a challenge: who knows the password can answer it without saying the password (CHAP).',
      'pc1 answers the challenge under the name pc1, and sends one of its own: the other side is to prove itself too (mutual CHAP).',
      'srv1 answers the challenge under the name san: a hash of identifier, password and challenge (CHAP).',
      'srv1 accepts the login: the session is in its full feature phase, and commands to the disk may follow (iSCSI Login Response).',
      'pc1 sends the SCSI command TEST UNIT READY to LUN 0 of srv1.',
      'srv1 has carried out the command with the status CHECK CONDITION (SCSI Response).',
      'pc1 reads 4 blocks from block 64 of LUN 0 at srv1 (SCSI READ).',
      'srv1 sends 2048 bytes that were read, and the command is done (SCSI Data-In with status).',
    ])
      expect(said).toContain(sentence);
    expect(sentences(lab, 'fr').join('\n')).toMatch(/pc1 lit 4 blocs à partir du bloc 64 du LUN 0 auprès de srv1/);
    for (const language of ['en', 'fr'] as const) expect(sentences(lab, language).join('\n')).not.toMatch(/\{\w+\}/);
  });

  it('has a line in the story, and its commands are one arrow behind the login', () => {
    const narrative = new Narrative(traced(lab));
    narrative.update();
    expect(storyText(narrative.stories(), ({ text }) => text)).toMatch(
      /pc1 attaches the disk iscsi:10\.0\.2\.1\S+ from srv1, reads 3 KiB of its disk with 2 commands, after /,
    );
    expect(ladderOf(lab)).toEqual(['scsi']);
  });
});

describe('a disk by AoE', () => {
  const lab = ran('sanhook aoe:e0.7');

  it('is explained from the question who has it to the reads', () => {
    expect(sentences(lab, 'en').filter((one) => /AoE|ATA/.test(one))).toEqual([
      'pc1 asks everybody whether the disk e0.7 is on this cable (AoE Query Config).',
      'srv1 has the disk e0.7, and takes up to 2 sectors in one frame (AoE Query Config, answer).',
      'pc1 asks how large the disk e0.7 is and what it can do (ATA IDENTIFY DEVICE).',
      'srv1 answers for the disk e0.7 with 512 bytes (ATA).',
      'pc1 reads 2 sectors from sector 64 of the disk e0.7 (ATA READ).',
      'srv1 answers for the disk e0.7 with 1024 bytes (ATA).',
      'pc1 reads 2 sectors from sector 66 of the disk e0.7 (ATA READ).',
      'srv1 answers for the disk e0.7 with 1024 bytes (ATA).',
      'pc1 reads 1 sector from sector 0 of the disk e0.7 (ATA READ).',
      'srv1 answers for the disk e0.7 with 512 bytes (ATA).',
    ]);
    expect(sentences(lab, 'fr')).toContain('pc1 lit 2 secteurs à partir du secteur 64 du disque e0.7 (READ d’ATA).');
  });

  it('has its commands in one arrow', () => {
    expect(ladderOf(lab)).toEqual(['ata']);
  });

  it('that nobody has is sent for again, which is marked', () => {
    const silent = ran('sanhook aoe:e0.9 ||');
    const trace = traced(silent);
    const again = silent.log.events.filter((event) => trace.marksOf(event).some(({ kind }) => kind === 'again'));
    expect(again.length).toBeGreaterThanOrEqual(5);
    const narrative = new Narrative(trace);
    narrative.update();
    expect(storyText(narrative.stories(), ({ text }) => text)).toContain(
      'pc1 wants the disk aoe:e0.9 and does not get it',
    );
  });
});
