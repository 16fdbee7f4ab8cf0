/** Generated cases: made, recorded on the real dnsmasq, compared with ours, and made small where they differ. */
import type { RecordedCase } from '../case.ts';
import type { Difference, Level } from '../compare.ts';
import { judgeCase } from '../oracle.ts';
import { generatedCase } from './cases.ts';
import { FEW_JOBS, recordCases } from './record.ts';
import { shrink } from './shrink.ts';

export interface GeneratedDifference {
  readonly recorded: RecordedCase;
  readonly differences: readonly Difference[];
}

/** Not counted: log lines, which are for people. */
function isOfReply({ where }: Difference): boolean {
  return !where.endsWith(' log');
}

/** What differs in the replies and leases of a recording. */
export function replyDifferences(recorded: RecordedCase): readonly Difference[] {
  return judgeCase(recorded).differences.filter(isOfReply);
}

function differencesOf(recorded: RecordedCase, levels: readonly Level[], withLogs: boolean): readonly Difference[] {
  return judgeCase(recorded).differences.filter(
    (difference) => levels.includes(difference.level) && (withLogs || isOfReply(difference)),
  );
}

export interface GenerateOptions {
  readonly seed: string;
  readonly from: number;
  readonly count: number;
  readonly levels: readonly Level[];
  readonly withLogs: boolean;
}

export interface GenerateResult {
  readonly recorded: readonly RecordedCase[];
  readonly differing: readonly GeneratedDifference[];
}

export function generate({ seed, from, count, levels, withLogs }: GenerateOptions): GenerateResult {
  const cases = Array.from({ length: count }, (_, i) => generatedCase(seed, from + i));
  const recorded = recordCases(cases);
  const differs = (one: RecordedCase): boolean => differencesOf(one, levels, withLogs).length > 0;
  // What differs is recorded again, and once more when that agreed: two of three decide.
  const suspects = recorded.filter(differs);
  const second = suspects.length === 0 ? [] : recordCases(suspects, FEW_JOBS);
  const doubtful = second.filter((one) => !differs(one));
  const third = doubtful.length === 0 ? [] : recordCases(doubtful, FEW_JOBS);
  const differing = [...second.filter(differs), ...third.filter(differs)].map((one) => ({
    recorded: one,
    differences: differencesOf(one, levels, withLogs),
  }));
  return { recorded, differing };
}

/** The smallest case that still shows a difference of the same kind. */
export function minimal({ recorded, differences }: GeneratedDifference, levels: readonly Level[], withLogs: boolean) {
  const kind = (difference: Difference | undefined): string =>
    `${difference?.level} ${(difference?.where ?? '').replace(/^\/\d+\/recv(\/\d+)?/, '')}`;
  const wanted = kind(differences[0]);
  const small = shrink(recorded, (candidates) =>
    recordCases(candidates).map((one) => differencesOf(one, levels, withLogs).some((found) => kind(found) === wanted)),
  );
  const [again] = recordCases([small]);
  if (again === undefined) return { recorded, differences };
  return { recorded: again, differences: differencesOf(again, levels, withLogs) };
}
