/** What IPv4, ICMP, UDP and TCP have in common in showing whether a checksum is right. */
import { EXPERT } from './builtin.ts';
import { GENERATED, type Dissection } from './dissect.ts';
import type { FieldDef } from './field.ts';

export const CHECKSUM_STATUS_NAMES = { 0: 'Bad', 1: 'Good', 2: 'Unverified', 3: 'Not present', 4: 'Illegal' };
export const CHECKSUM_STATUS = { bad: 0, good: 1, unverified: 2, notPresent: 3 } as const;

export interface ChecksumFields {
  readonly checksum: FieldDef;
  readonly status: FieldDef;
  readonly calculated: FieldDef | undefined;
  readonly bad: FieldDef;
}

/** Whether anybody would notice the result of a check. */
export function wantsCheck(d: Dissection, fields: ChecksumFields): boolean {
  if (!d.context.validateChecksums) return false;
  if (d.wants(fields.status) || d.wants(fields.bad)) return true;
  if (d.wants(EXPERT.heading) || d.wants(EXPERT.severity) || d.wants(EXPERT.group) || d.wants(EXPERT.message))
    return true;
  return fields.calculated !== undefined && d.wants(fields.calculated);
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`;
}

/**
 * Adds the checksum at `at` and what was found. `expected` is the right value, undefined when it was not or could not
 * be worked out. `nested` puts the calculated value below the checksum, as UDP and TCP do.
 */
export function addChecksum(
  d: Dissection,
  fields: ChecksumFields,
  at: number,
  expected: number | undefined,
  nested: boolean,
): void {
  const found = d.u16(at);
  d.add(fields.checksum, at, 2);
  if (expected === undefined) {
    if (d.building) d.append(' [unverified]');
    d.add(fields.status, at, 0, CHECKSUM_STATUS.unverified, GENERATED);
    return;
  }
  const isGood = found === expected;
  if (d.building) d.append(isGood ? ' [correct]' : ` incorrect, should be ${hex(expected)}`);
  if (!isGood) d.expert(fields.bad, `Bad checksum [should be ${hex(expected)}]`);
  if (nested && fields.calculated !== undefined) {
    d.reopen();
    d.add(fields.calculated, at, 2, expected, GENERATED);
    d.end();
  }
  d.add(fields.status, at, 0, isGood ? CHECKSUM_STATUS.good : CHECKSUM_STATUS.bad, GENERATED);
  if (!nested && fields.calculated !== undefined) d.add(fields.calculated, at, 2, expected, GENERATED);
}
