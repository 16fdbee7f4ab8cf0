/** What goes wrong with the files that a boot loads. */
import { DHCP_MESSAGE_TYPE } from '../../protocols/dhcp/options.ts';
import { addressText } from './facts.ts';
import type { FileFact } from './facts.ts';
import { finding, firmwareOf, groupBy, SILENCE_NS, type FrameFinding, type Rule } from './finding.ts';

/** PXELINUX looks for many names before it takes `default`: misses among them are no fault. */
function isSearch(file: FileFact, files: readonly FileFact[]): boolean {
  return /pxelinux\.cfg\/|grub\.cfg-/i.test(file.name) && laterLoads(file, files).length > 0;
}

/** What the client loads in the end: it looked for the file in other places before, or could do without it. */
function laterLoads(file: FileFact, files: readonly FileFact[]): readonly FileFact[] {
  return files.filter(
    ({ clientMac, outcome, frames }) =>
      clientMac === file.clientMac && outcome.kind === 'done' && frames[0] > file.frames[0],
  );
}

function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** PXE ROMs ask for the size alone, break off, and then ask for the file: no failure. */
function isSizeProbe(file: FileFact, files: readonly FileFact[]): boolean {
  const { outcome, outcomeFrame, name, clientMac } = file;
  if (file.protocol !== 'tftp' || outcome.kind !== 'error' || (outcome.code !== 0 && outcome.code !== 8)) return false;
  return files.some((later) => later.name === name && later.clientMac === clientMac && later.frames[0] >= outcomeFrame);
}

export const failedFiles: Rule = (facts, nameOf) => {
  const found: FrameFinding[] = [];
  for (const file of facts.files) {
    const { outcome } = file;
    const client = nameOf(file.clientMac);
    const server = addressText(file.server);
    if (outcome.kind !== 'error' || isSearch(file, facts.files) || isSizeProbe(file, facts.files)) continue;
    const frames = [file.frames[0], file.outcomeFrame];
    if (file.protocol === 'http') {
      found.push(
        finding(
          'http-error',
          'error',
          { server, client, file: file.name, status: outcome.code, message: outcome.message },
          frames,
          'RFC 9110 §15.5',
        ),
      );
    } else if (file.protocol === 'ftp') {
      found.push(
        finding(
          'ftp-error',
          'error',
          { server, client, file: file.name, status: outcome.code, message: outcome.message },
          frames,
          'RFC 959 §4.2.1',
        ),
      );
    } else if (outcome.code === 1) {
      const later = laterLoads(file, facts.files);
      if (later.some(({ name }) => baseName(name) === baseName(file.name))) continue;
      const severity = later.length > 0 ? 'note' : 'error';
      found.push(finding('tftp-missing-file', severity, { client, server, file: file.name }, frames, 'RFC 1350 §5'));
    } else if (outcome.code === 8) {
      found.push(finding('tftp-options-refused', 'note', { client, server, file: file.name }, frames, 'RFC 2347 §4'));
    } else {
      found.push(
        finding(
          'tftp-error',
          'warn',
          { file: file.name, client, status: outcome.code, message: outcome.message },
          frames,
          'RFC 1350 §5',
        ),
      );
    }
  }
  return found;
};

export const silentFiles: Rule = (facts, nameOf) => {
  const found: FrameFinding[] = [];
  for (const file of facts.files) {
    const client = nameOf(file.clientMac);
    const server = addressText(file.server);
    const waitedNs = facts.endNs - file.endNs;
    if (file.outcome.kind === 'asked' && (file.frames.length > 1 || waitedNs > SILENCE_NS)) {
      found.push(
        finding(
          file.protocol === 'tftp' && file.frames.length > 1 ? 'tftp-no-answer:again' : `${file.protocol}-no-answer`,
          'error',
          { client, server, file: file.name, count: file.frames.length },
          file.frames,
          file.protocol === 'tftp' ? 'RFC 1350 §7' : undefined,
        ),
      );
    } else if (file.outcome.kind === 'active' && waitedNs > SILENCE_NS) {
      found.push(
        finding(
          `${file.protocol}-stalled`,
          'warn',
          { file: file.name, client, bytes: file.bytes },
          [file.frames[0], file.outcomeFrame],
          file.protocol === 'tftp' ? 'RFC 1350 §2' : undefined,
        ),
      );
    } else if (file.repeats >= 3) {
      found.push(
        finding(
          'tftp-repeats',
          'note',
          { count: file.repeats, file: file.name, client },
          [file.frames[0], file.outcomeFrame],
          'RFC 1350 §2',
        ),
      );
    }
  }
  return found;
};

export const chainloadLoop: Rule = (facts, nameOf) => {
  const found: FrameFinding[] = [];
  const done = facts.files.filter((file) => file.outcome.kind === 'done');
  for (const files of groupBy(done, (file) => `${file.clientMac} ${file.name}`).values()) {
    const [first] = files;
    if (files.length < 3 || firmwareOf(first.name) === undefined) continue;
    const messages = facts.dhcp.filter(
      (fact) => fact.client === first.clientMac && fact.type === DHCP_MESSAGE_TYPE.request && fact.isRequest,
    );
    // Each round begins with DHCP; three loads after one lease are something else.
    const rounds = files.filter(
      (file, i) =>
        i === 0 || messages.some((fact) => fact.frame > files[i - 1].frames[0] && fact.frame < file.frames[0]),
    );
    if (rounds.length < 3) continue;
    found.push(
      finding(
        'chainload-loop',
        'error',
        { client: nameOf(first.clientMac), file: first.name, count: rounds.length },
        rounds.map((file) => file.frames[0]),
        'RFC 3004 §4',
      ),
    );
  }
  return found;
};
