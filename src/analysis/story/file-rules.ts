/** What goes wrong with the files that a boot loads. */
import { DHCP_MESSAGE_TYPE } from '../../protocols/dhcp/options.ts';
import { addressText } from './facts.ts';
import type { FileFact } from './facts.ts';
import { finding, firmwareOf, groupBy, SILENCE_NS, type Finding, type Rule } from './finding.ts';

/** PXELINUX looks for many names before it takes `default`: misses among them are no fault. */
function isSearch(file: FileFact, files: readonly FileFact[]): boolean {
  if (!/pxelinux\.cfg\/|grub\.cfg-/i.test(file.name)) return false;
  return files.some(
    (other) => other.client === file.client && other.outcome.kind === 'done' && other.frames[0] > file.frames[0],
  );
}

/** PXE ROMs ask for the size alone, break off, and then ask for the file: no failure. */
function isSizeProbe(file: FileFact, files: readonly FileFact[]): boolean {
  const { outcome, outcomeFrame, name, clientMac } = file;
  if (file.protocol !== 'tftp' || outcome.kind !== 'error' || (outcome.code !== 0 && outcome.code !== 8)) return false;
  return files.some((later) => later.name === name && later.clientMac === clientMac && later.frames[0] >= outcomeFrame);
}

export const failedFiles: Rule = (facts, nameOf) => {
  const found: Finding[] = [];
  for (const file of facts.files) {
    const { outcome } = file;
    const who = nameOf(file.clientMac);
    const server = addressText(file.server);
    if (outcome.kind !== 'error' || isSearch(file, facts.files) || isSizeProbe(file, facts.files)) continue;
    const frames = [file.frames[0], file.outcomeFrame];
    if (file.protocol === 'http') {
      const remedy =
        outcome.code === 404
          ? 'Put the file where the address points, or correct the address.'
          : 'See the log of the server for its reason.';
      found.push(
        finding(
          'http-error',
          'error',
          `${server} answers ${who} for ${file.name} with ${outcome.code} ${outcome.message}.`,
          remedy,
          frames,
          'RFC 9110 §15.5',
        ),
      );
    } else if (file.protocol === 'ftp') {
      found.push(
        finding(
          'ftp-error',
          'error',
          `${server} answers ${who} for ${file.name} with ${outcome.code} ${outcome.message}`,
          outcome.code === 550
            ? 'Put the file under the root of the FTP server, or correct its name: capitals count.'
            : 'See the log of the FTP server for its reason.',
          frames,
          'RFC 959 §4.2.1',
        ),
      );
    } else if (outcome.code === 1) {
      found.push(
        finding(
          'tftp-missing-file',
          'error',
          `${who} asks ${server} for ${file.name}, which is not there.`,
          'Put the file under the TFTP root, or correct the name in dhcp-boot: names are relative to the root, and capitals count.',
          frames,
          'RFC 1350 §5',
        ),
      );
    } else if (outcome.code === 8) {
      found.push(
        finding(
          'tftp-options-refused',
          'note',
          `${who} did not like what ${server} answered to its TFTP options for ${file.name}.`,
          'Usually it asks again without; if not, turn blksize off (tftp-no-blocksize).',
          frames,
          'RFC 2347 §4',
        ),
      );
    } else {
      found.push(
        finding(
          'tftp-error',
          'warn',
          `The transfer of ${file.name} to ${who} ended with TFTP error ${outcome.code}: ${outcome.message}.`,
          'See the log of the TFTP server; code 2 is a matter of permissions.',
          frames,
          'RFC 1350 §5',
        ),
      );
    }
  }
  return found;
};

export const silentFiles: Rule = (facts, nameOf) => {
  const found: Finding[] = [];
  for (const file of facts.files) {
    const who = nameOf(file.clientMac);
    const server = addressText(file.server);
    const waitedNs = facts.endNs - file.endNs;
    if (file.outcome.kind === 'asked' && (file.frames.length > 1 || waitedNs > SILENCE_NS)) {
      found.push(
        finding(
          `${file.protocol}-no-answer`,
          'error',
          `${who} asks ${server} for ${file.name}${file.frames.length > 1 ? ` ${file.frames.length} times` : ''} and gets no answer.`,
          file.protocol === 'tftp'
            ? 'See whether a TFTP server runs there (enable-tftp), and whether the address in dhcp-boot or option 66 is the right one.'
            : 'See whether the server answers at this address.',
          file.frames,
          file.protocol === 'tftp' ? 'RFC 1350 §7' : undefined,
        ),
      );
    } else if (file.outcome.kind === 'active' && waitedNs > SILENCE_NS) {
      found.push(
        finding(
          `${file.protocol}-stalled`,
          'warn',
          `The transfer of ${file.name} to ${who} stopped after ${file.bytes} bytes.`,
          'Frames were lost on the way, or one side gave up. Large blocks that do not fit the MTU are a common cause.',
          [file.frames[0], file.outcomeFrame],
          file.protocol === 'tftp' ? 'RFC 1350 §2' : undefined,
        ),
      );
    } else if (file.repeats >= 3) {
      found.push(
        finding(
          'tftp-repeats',
          'note',
          `${file.repeats} blocks of ${file.name} had to be sent again to ${who}.`,
          'The cable loses frames, or the client is slow.',
          [file.frames[0], file.outcomeFrame],
          'RFC 1350 §2',
        ),
      );
    }
  }
  return found;
};

export const chainloadLoop: Rule = (facts, nameOf) => {
  const found: Finding[] = [];
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
        `${nameOf(first.clientMac)} loads ${first.name} again and again (${rounds.length} times): what it loads asks DHCP and is sent back to it.`,
        'Tell iPXE apart by its user class and give it a script: dhcp-match=set:ipxe,175, dhcp-boot=tag:!ipxe,undionly.kpxe, dhcp-boot=tag:ipxe,boot.ipxe.',
        rounds.map((file) => file.frames[0]),
        'RFC 3004 §4',
      ),
    );
  }
  return found;
};
