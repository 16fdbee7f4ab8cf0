/** Records cases on the real dnsmasq of this machine, where it and network namespaces are there. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedCase } from '../case.ts';

const RECORDER = new URL('../../../tools/record/dnsmasq.py', import.meta.url).pathname;
/** They wait most of the time. */
const MANY_JOBS = 12;
/** So few that no answer comes late. */
export const FEW_JOBS = 2;

/** Why nothing can be recorded here; undefined when it can. */
export function recordingObstacle(): string | undefined {
  const works = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;
  if (!works('unshare', '-n', 'true') || !works('ip', '-V')) return 'no network namespaces';
  if (!works('python3', '--version')) return 'no Python';
  const version = spawnSync('dnsmasq', ['--version'], { encoding: 'utf8' }).stdout ?? '';
  return version.startsWith('Dnsmasq version 2.90 ') ? undefined : 'no dnsmasq 2.90';
}

export function recordCases(cases: readonly RecordedCase[], jobs = MANY_JOBS): RecordedCase[] {
  const folder = mkdtempSync(join(tmpdir(), 'dnsmasq-'));
  try {
    const [input, output] = [join(folder, 'in.json'), join(folder, 'out.json')];
    writeFileSync(input, JSON.stringify(cases));
    execFileSync('python3', [RECORDER, input, output, String(Math.min(jobs, cases.length))], { stdio: 'pipe' });
    return JSON.parse(readFileSync(output, 'utf8')) as RecordedCase[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
