/**
 * What looks wrong in a boot, by severity, each finding with the frames that it rests on. A finding is a hint from what
 * was seen: the rules are in one list, in the order in which a boot goes.
 */
import type { Severity } from '../../../base/event-log.ts';
import {
  lateAnswer,
  noAnswer,
  noBootFile,
  refusedAddress,
  silentProxy,
  twoServers,
  wrongFirmware,
} from './dhcp-rules.ts';
import type { BootFacts, NameOf } from '../facts.ts';
import { chainloadLoop, failedFiles, missingFiles, silentFiles } from './file-rules.ts';
import type { FrameFinding, Rule } from './finding.ts';
import { httpBoot } from './http-boot-rules.ts';
import { addressConflict, fragments, refusals } from './network-rules.ts';
import {
  nextServerMissing,
  nextServerOfLease,
  option66Differs,
  proxyWithoutServer,
  redirectUnsupported,
} from './server-rules.ts';

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
  httpBoot,
  silentProxy,
  proxyWithoutServer,
  nextServerMissing,
  option66Differs,
  nextServerOfLease,
  silentFiles,
  missingFiles,
  failedFiles,
  redirectUnsupported,
  chainloadLoop,
  refusals,
  fragments,
];

/** Worst first; within a severity, in the order of a boot. */
export function diagnose(facts: BootFacts, nameOf: NameOf): readonly FrameFinding[] {
  const found = RULES.flatMap((rule) => rule(facts, nameOf));
  return found.sort((a, b) => SEVERITY_ORDER.indexOf(a.severity) - SEVERITY_ORDER.indexOf(b.severity));
}
