/**
 * What looks wrong in a boot, by severity, each finding with its remedy and with the frames or events that it rests
 * on. A finding is a hint from what was seen: the rules are in one list, in the order in which a boot goes.
 */
import type { Severity } from '../../base/event-log.ts';
import {
  lateAnswer,
  noAnswer,
  noBootFile,
  refusedAddress,
  silentProxy,
  twoServers,
  wrongFirmware,
} from './dhcp-rules.ts';
import { plainName } from './facts.ts';
import type { BootFacts, NameOf } from './facts.ts';
import { chainloadLoop, failedFiles, silentFiles } from './file-rules.ts';
import type { Finding, FrameFinding, Rule } from './finding.ts';
import { addressConflict, fragments, refusals } from './network-rules.ts';

const SEVERITY_ORDER: readonly Severity[] = ['error', 'warn', 'note', 'info'];

/** In the order in which a boot goes. */
const RULES: readonly Rule[] = [
  noAnswer,
  lateAnswer,
  twoServers,
  refusedAddress,
  addressConflict,
  noBootFile,
  wrongFirmware,
  silentProxy,
  silentFiles,
  failedFiles,
  chainloadLoop,
  refusals,
  fragments,
];

/** Worst first; within a severity, in the order of a boot. */
export function diagnose(facts: BootFacts, nameOf: NameOf = plainName): readonly FrameFinding[] {
  const found = RULES.flatMap((rule) => rule(facts, nameOf));
  return sortFindings(found);
}

export function sortFindings<T extends Finding>(findings: readonly T[]): readonly T[] {
  return [...findings].sort((a, b) => SEVERITY_ORDER.indexOf(a.severity) - SEVERITY_ORDER.indexOf(b.severity));
}
