/**
 * `npm run --silent oracle:dnsmasq -- CASES_DIR [CONFIG_SYNTAX.json]`: feeds recorded conversations to our boot
 * server on the virtual clock. Differences come first, by levels; the last line counts the cases.
 * `--verbose` shows differences of the level BYTES too.
 *
 * `npm run --silent oracle:dnsmasq -- --generate SEED COUNT [FROM]`: makes conversations by chance, records them on
 * the dnsmasq of this machine (as root, in network namespaces) and compares. Each difference comes with the smallest
 * configuration and conversation that shows it (`--whole`: as made). `--verbose` compares logs too; `--keep FILE`
 * writes the recordings down.
 */
import { writeFileSync } from 'node:fs';
import { caseFiles, hasFailed, judgeCase, judgeConfigs, readCases } from '../test/dnsmasq/oracle.ts';
import type { Verdict } from '../test/dnsmasq/oracle.ts';
import type { SendStep } from '../test/dnsmasq/case.ts';
import type { Difference, Level } from '../test/dnsmasq/compare.ts';
import { recordingObstacle } from '../test/dnsmasq/generate/record.ts';
import { generate, minimal } from '../test/dnsmasq/generate/run.ts';

const LEVELS: readonly Level[] = ['MUST', 'ORDER', 'BYTES'];
/** More are only counted: each costs some seconds to be made small. */
const MAX_SHRUNK = 20;

function usage(): never {
  process.stderr.write(
    'usage: oracle:dnsmasq CASES_DIR [CONFIG_SYNTAX.json] [--verbose]\n' +
      '       oracle:dnsmasq --generate SEED COUNT [FROM] [--verbose] [--whole] [--keep FILE]\n',
  );
  process.exit(2);
}

function show({ level, where, expected, actual }: Difference): string {
  return `${level} ${where}\n  expected ${expected}\n  actual   ${actual}`;
}

/** What the packet of a step holds, without the zeros of a DHCP header. */
function brief({ send, proto, note, dst, dport, tcp }: SendStep): string {
  if (proto !== 'dhcp') return `  ${proto}${tcp === true ? ' by TCP' : ''} ${note ?? ''} ${send}`;
  const field = (name: string, from: number): string => {
    const hex = send.slice(2 * from, 2 * from + 8);
    return /^0*$/.test(hex) ? '' : ` ${name} ${hex}`;
  };
  const header = `${send.slice(56, 68)}${field('flags', 10)}${field('ciaddr', 12)}${field('giaddr', 24)}`;
  return `  dhcp to ${dst}:${dport} ${header} ${send.slice(480).replace(/(00)+$/, '')}`;
}

function compareRecorded(folder: string, configs: string | undefined, isVerbose: boolean): boolean {
  const verdicts: Verdict[] = caseFiles(folder).flatMap(readCases).map(judgeCase);
  if (configs !== undefined) verdicts.push(...judgeConfigs(configs));
  const out: string[] = [];
  for (const level of isVerbose ? LEVELS : LEVELS.slice(0, 2)) {
    for (const { name, differences } of verdicts) {
      for (const difference of differences) if (difference.level === level) out.push(`${name}: ${show(difference)}`);
    }
  }
  const failed = verdicts.filter(hasFailed).length;
  out.push(`${verdicts.length - failed} passed, ${failed} failed`);
  process.stdout.write(`${out.join('\n')}\n`);
  return failed === 0;
}

function compareGenerated(
  seed: string,
  count: number,
  from: number,
  flags: ReadonlySet<string>,
  keep?: string,
): boolean {
  const obstacle = recordingObstacle();
  if (obstacle !== undefined) {
    process.stdout.write(`skipped: ${obstacle}\n`);
    return true;
  }
  const withLogs = flags.has('--verbose');
  const { recorded, differing } = generate({ seed, from, count, levels: LEVELS, withLogs });
  if (keep !== undefined) writeFileSync(keep, JSON.stringify(recorded));
  for (const [at, one] of differing.entries()) {
    const { recorded: small, differences } =
      flags.has('--whole') || at >= MAX_SHRUNK ? one : minimal(one, LEVELS, withLogs);
    const packets = small.exchange.flatMap((step) => ('send' in step ? [brief(step)] : []));
    process.stdout.write(
      `== ${small.name}\n${small.config}${packets.join('\n')}\n${differences.map(show).join('\n')}\n`,
    );
  }
  process.stdout.write(`${count - differing.length} of ${count} conversations agree (seed ${seed}, from ${from})\n`);
  return differing.length === 0;
}

const args = process.argv.slice(2);
const keepAt = args.indexOf('--keep');
const keep = keepAt < 0 ? undefined : args.splice(keepAt, 2)[1];
const flags = new Set(args.filter((arg) => arg.startsWith('--')));
const [first, second, third] = args.filter((arg) => !arg.startsWith('--'));
if (first === undefined) usage();
if (flags.has('--generate')) {
  const count = Number(second);
  if (!Number.isSafeInteger(count) || count < 1) usage();
  process.exitCode = compareGenerated(first, count, Number(third ?? '0'), flags, keep) ? 0 : 1;
} else process.exitCode = compareRecorded(first, second, flags.has('--verbose')) ? 0 : 1;
