/** OpenSSL as the oracle: runs it in a folder of its own that is removed afterwards. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface OpensslRun {
  readonly status: number;
  /** What it printed on both outputs. */
  readonly text: string;
}

export class Openssl {
  readonly folder = mkdtempSync(join(tmpdir(), 'netboot-lab-openssl-'));

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: Uint8Array | string): string {
    writeFileSync(this.path(name), content);
    return name;
  }

  read(name: string): Uint8Array {
    return new Uint8Array(readFileSync(this.path(name)));
  }

  /** Runs a command, words split at blanks, in the folder. */
  run(command: string): OpensslRun {
    const { status, stdout, stderr } = spawnSync('openssl', command.split(' '), { cwd: this.folder, encoding: 'utf8' });
    return { status: status ?? -1, text: `${stdout ?? ''}${stderr ?? ''}` };
  }

  /** Runs a command that must succeed. */
  must(command: string): string {
    const { status, text } = this.run(command);
    if (status !== 0) throw new Error(`openssl ${command}: ${text}`);
    return text;
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
