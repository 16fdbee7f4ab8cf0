/** What goes wrong with the files that a boot loads. */
import type { MacAddress } from '../../base/address.ts';
import { DHCP_MESSAGE_TYPE } from '../../protocols/dhcp/options.ts';
import { addressText } from './facts.ts';
import type { FileFact } from './facts.ts';
import { finding, firmwareOf, groupBy, SILENCE_NS, type FrameFinding, type Rule } from './finding.ts';

/** The last frames in which something was asked for, and found: what comes later than a failure says how bad it was. */
class Later {
  /** By client: where it last asked for a file that it got. */
  private readonly loaded = new Map<MacAddress, number>();
  /** The same by client and the file's name without folders. */
  private readonly loadedName = new Map<string, number>();
  /** By client and full name: where it last asked, however it ended. */
  private readonly asked = new Map<string, number>();

  constructor(files: readonly FileFact[]) {
    for (const { clientMac, name, outcome, frames } of files) {
      raise(this.asked, `${clientMac} ${name}`, frames[0]);
      if (outcome.kind !== 'done') continue;
      raise(this.loaded, clientMac, frames[0]);
      raise(this.loadedName, `${clientMac} ${baseName(name)}`, frames[0]);
    }
  }

  /** Whether the client loads something in the end: it looked in other places before, or could do without the file. */
  loads({ clientMac, frames }: FileFact): boolean {
    return (this.loaded.get(clientMac) ?? -1) > frames[0];
  }

  /** Whether it loads a file of that name, from whichever folder. */
  loadsName({ clientMac, name, frames }: FileFact): boolean {
    return (this.loadedName.get(`${clientMac} ${baseName(name)}`) ?? -1) > frames[0];
  }

  /** Whether it asks for the file again after the answer. */
  asksAgain({ clientMac, name, outcomeFrame }: FileFact): boolean {
    return (this.asked.get(`${clientMac} ${name}`) ?? -1) >= outcomeFrame;
  }
}

function raise<Key>(numbers: Map<Key, number>, key: Key, value: number): void {
  numbers.set(key, Math.max(numbers.get(key) ?? -1, value));
}

/** PXELINUX looks for many names before it takes `default`: misses among them are no fault. */
function isSearch(file: FileFact, later: Later): boolean {
  return /pxelinux\.cfg\/|grub\.cfg-/i.test(file.name) && later.loads(file);
}

function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** PXE ROMs ask for the size alone, break off, and then ask for the file: no failure. */
function isSizeProbe(file: FileFact, later: Later): boolean {
  const { outcome, protocol } = file;
  if (protocol !== 'tftp' || outcome.kind !== 'error' || (outcome.code !== 0 && outcome.code !== 8)) return false;
  return later.asksAgain(file);
}

export const failedFiles: Rule = (facts, nameOf) => {
  const found: FrameFinding[] = [];
  const later = new Later(facts.files);
  for (const file of facts.files) {
    const { outcome } = file;
    const client = nameOf(file.clientMac);
    const server = addressText(file.server);
    if (outcome.kind !== 'error' || isSearch(file, later) || isSizeProbe(file, later)) continue;
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
      if (later.loadsName(file)) continue;
      const severity = later.loads(file) ? 'note' : 'error';
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
  const requests = groupBy(
    facts.dhcp.filter((fact) => fact.type === DHCP_MESSAGE_TYPE.request && fact.isRequest),
    (fact) => fact.client,
  );
  for (const files of groupBy(done, (file) => `${file.clientMac} ${file.name}`).values()) {
    const [first] = files;
    if (files.length < 3 || firmwareOf(first.name) === undefined) continue;
    const messages = requests.get(first.clientMac) ?? [];
    // Each round begins with DHCP; three loads after one lease are something else.
    let next = 0;
    const rounds = files.filter((file, i) => {
      if (i === 0) return true;
      while (next < messages.length && messages[next].frame <= files[i - 1].frames[0]) next++;
      return next < messages.length && messages[next].frame < file.frames[0];
    });
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
