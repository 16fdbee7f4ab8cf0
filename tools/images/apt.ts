/**
 * Debian packages without root and without touching the system's apt: lists and archives are kept in a folder of
 * our own, and apt's configuration is the system's (proxies, sources) less its hooks.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Result } from '../../src/base/result.ts';
import { err, ok } from '../../src/base/result.ts';

const LISTS_MAX_AGE_MS = 24 * 3600 * 1000;

export class Apt {
  private readonly folder: string;
  private readonly archives: string;
  private readonly environment: NodeJS.ProcessEnv;
  private readonly architecture: string;

  /** `folder` is made when it is missing; each architecture needs one of its own. */
  constructor(folder: string, architecture: string) {
    this.architecture = architecture;
    this.folder = resolve(folder);
    this.archives = join(this.folder, 'archives');
    for (const name of ['lists/partial', 'cache/archives/partial', 'archives']) {
      mkdirSync(join(this.folder, name), { recursive: true });
    }
    writeFileSync(join(this.folder, 'status'), '');
    this.environment = { ...process.env, LC_ALL: 'C.UTF-8', APT_CONFIG: join(this.folder, 'apt.conf') };
  }

  static available(): boolean {
    const run = (command: string): boolean => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
    return run('apt-get') && run('dpkg-deb');
  }

  /** The architecture of this computer, for programs that are to run on it. */
  static hostArchitecture(): string {
    return execFileSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).trim();
  }

  /** Writes the configuration and brings the package lists when they are missing or a day old. */
  update(): Result<undefined, string> {
    const system = execFileSync('apt-config', ['dump'], { encoding: 'utf8', maxBuffer: 1 << 24 });
    const kept = system
      .split('\n')
      .filter((line) => !/invoke|^APT::Architectures?\b|^Dir::Etc::(main|parts)/i.test(line));
    const own = [
      `APT::Architecture "${this.architecture}";`,
      `APT::Architectures "${this.architecture}";`,
      // As root, apt would hand the download to a user that may not read this folder.
      'APT::Sandbox::User "root";',
      'Dir::Etc::main "/dev/null";',
      'Dir::Etc::parts "/dev/null";',
      `Dir::State "${this.folder}";`,
      `Dir::State::lists "${this.folder}/lists";`,
      `Dir::State::status "${this.folder}/status";`,
      `Dir::Cache "${this.folder}/cache";`,
    ];
    writeFileSync(join(this.folder, 'apt.conf'), [...kept, ...own, ''].join('\n'));
    if (this.listsAreFresh()) return ok(undefined);
    const result = this.run(['update'], this.folder);
    if (result.ok) writeFileSync(join(this.folder, 'lists.stamp'), '');
    return result;
  }

  /** Downloads a package (or finds it downloaded) and returns the path of its archive. */
  download(name: string): Result<string, string> {
    const result = this.run(['download', name], this.archives);
    if (!result.ok) return result;
    const [newest] = readdirSync(this.archives)
      .filter((file) => file.startsWith(`${name}_`) && file.endsWith('.deb'))
      .map((file) => join(this.archives, file))
      .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
    return newest === undefined ? err(`apt-get download ${name} left no archive`) : ok(newest);
  }

  /** Downloads a source package with what the system's package sources offer; returns the path of its description (.dsc). */
  downloadSource(name: string): Result<string, string> {
    const sources = this.sourceLists();
    if (!sources.ok) return sources;
    const folder = join(this.folder, 'sources', name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const result = this.run([...sources.value, 'source', '--download-only', name], folder);
    if (!result.ok) return result;
    const description = readdirSync(folder).find((file) => file.endsWith('.dsc'));
    return description === undefined
      ? err(`apt-get source ${name} left no description`)
      : ok(join(folder, description));
  }

  /**
   * Options for lists of sources, kept beside those of packages: most systems have package sources without `deb-src`, and
   * the archives have both.
   */
  private sourceLists(): Result<readonly string[], string> {
    const lists = join(this.folder, 'source-lists');
    mkdirSync(join(lists, 'partial'), { recursive: true });
    const file = join(this.folder, 'source-packages.list');
    const format = '$(SITE)|$(RELEASE)|$(COMPONENT)|$(SIGNED_BY)';
    const known = spawnSync('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'], {
      env: this.environment,
      encoding: 'utf8',
    });
    const lines = [...new Set(known.stdout.split('\n'))].flatMap((line) => {
      const [site = '', release = '', component = '', signedBy = ''] = line.split('|');
      if (site === '' || component === '') return [];
      // Without one of its own, apt leaves the variable as it is written.
      const key = signedBy.startsWith('/') ? ` [signed-by=${signedBy}]` : '';
      return [`deb-src${key} ${site} ${release} ${component}`];
    });
    if (lines.length === 0) return err('apt-get knows no package sources');
    writeFileSync(file, [...lines, ''].join('\n'));
    const options = [
      '-o',
      `Dir::Etc::sourcelist=${file}`,
      '-o',
      'Dir::Etc::sourceparts=-',
      '-o',
      `Dir::State::lists=${lists}`,
    ];
    const updated = this.run([...options, 'update'], this.folder);
    return updated.ok ? ok(options) : updated;
  }

  private listsAreFresh(): boolean {
    const stamp = join(this.folder, 'lists.stamp');
    return existsSync(stamp) && Date.now() - statSync(stamp).mtimeMs < LISTS_MAX_AGE_MS;
  }

  private run(args: readonly string[], cwd: string): Result<undefined, string> {
    const done = spawnSync('apt-get', ['-q', ...args], { cwd, env: this.environment, encoding: 'utf8' });
    if (done.status === 0) return ok(undefined);
    const reasons = done.stderr.split('\n').filter((line) => line.startsWith('E:'));
    return err(reasons.length === 0 ? `apt-get ${args.join(' ')} failed` : reasons.join(' '));
  }
}

export interface PackageHead {
  readonly name: string;
  readonly version: string;
  readonly source: { readonly name: string; readonly version: string };
  /** Names of the packages that it needs, without versions and alternatives. */
  readonly depends: readonly string[];
}

export function readPackageHead(archive: string): PackageHead {
  const field = (name: string): string => execFileSync('dpkg-deb', ['-f', archive, name], { encoding: 'utf8' }).trim();
  const name = field('Package');
  const version = field('Version');
  // Debian Policy 5.6.1: absent when it is the package's own name, with a version only when that differs.
  const [, sourceName = name, sourceVersion = version] = /^(\S+)(?: \((.+)\))?$/.exec(field('Source')) ?? [];
  const depends = field('Depends')
    .split(',')
    .flatMap((entry) => /^\s*([^\s|(:]+)/.exec(entry)?.[1] ?? []);
  return { name, version, source: { name: sourceName, version: sourceVersion }, depends };
}

/** The folders of libraries in an unpacked tree, as `LD_LIBRARY_PATH` takes them: for programs that run out of it. */
export function libraryPath(tree: string): string {
  const folders = ['lib', 'usr/lib'].map((name) => join(tree, name)).filter((folder) => existsSync(folder));
  return folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name))).join(':');
}

/** Unpacks the files of an archive (no scripts are run). */
export function unpack(archive: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  execFileSync('dpkg-deb', ['-x', archive, folder]);
}
