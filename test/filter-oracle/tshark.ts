/** Asks the installed tshark which frames a filter chooses. */
import { execFile, execFileSync } from 'node:child_process';
import { itemAt } from '../../src/base/lists/list.ts';
import type { OracleAnswer } from './sharkd.ts';

/** As the lab dissects: names not resolved, checksums checked, dates in UTC. */
const OPTIONS = [
  '-n',
  '-o',
  'ip.check_checksum:TRUE',
  '-o',
  'udp.check_checksum:TRUE',
  '-o',
  'tcp.check_checksum:TRUE',
];
const ENVIRONMENT = { ...process.env, TZ: 'UTC', LC_ALL: 'C.UTF-8' };

/** Throws when tshark is not there: an oracle that is skipped would prove nothing. */
export function tsharkVersion(): string {
  try {
    return itemAt(
      execFileSync('tshark', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n'),
      0,
    );
  } catch {
    throw new Error('tshark is not installed. The oracle needs Wireshark 4.0 (Debian: apt-get install tshark).');
  }
}

export function askTshark(file: string, filter: string): Promise<OracleAnswer> {
  const args = ['-r', file, ...OPTIONS, '-Y', filter, '-T', 'fields', '-e', 'frame.number'];
  return new Promise((resolve) => {
    execFile('tshark', args, { env: ENVIRONMENT, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error === null) resolve({ frames: stdout.trim().split('\n').join(' ') });
      else resolve({ refused: stderr.replaceAll(/Running as user.*\n/g, '').trim() });
    });
  });
}

export function runTshark(file: string, args: readonly string[]): string {
  return execFileSync('tshark', ['-r', file, ...OPTIONS, ...args], {
    encoding: 'utf8',
    env: ENVIRONMENT,
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
