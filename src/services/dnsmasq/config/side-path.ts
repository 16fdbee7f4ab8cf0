/** Where a configuration looks for a file that somebody has: conf-file and conf-dir, hosts and options files. */
import { lexConfig, unprotect } from './parse/lexer.ts';

const FILE_DIRECTIVES = new Set(['conf-file', 'addn-hosts', 'dhcp-hostsfile', 'dhcp-optsfile']);
const DIRECTORY_DIRECTIVES = new Set(['conf-dir', 'hostsdir', 'dhcp-hostsdir', 'dhcp-optsdir']);

/**
 * Whether conf-dir reads a file of a name: no backups and hidden ones, none that end as a pattern says (`,.bak`), and
 * those alone that end as a pattern with `*` says (`,*.conf`).
 */
export function isReadByConfDir(name: string, patterns: readonly string[]): boolean {
  if (name.endsWith('~') || name.startsWith('.') || (name.startsWith('#') && name.endsWith('#'))) return false;
  const wanted = patterns.filter((pattern) => pattern.startsWith('*')).map((pattern) => pattern.slice(1));
  const unwanted = patterns.filter((pattern) => !pattern.startsWith('*') && pattern !== '');
  if (unwanted.some((suffix) => name.length > suffix.length && name.endsWith(suffix))) return false;
  return wanted.length === 0 || wanted.some((suffix) => name.endsWith(suffix));
}

/** The path at which a configuration would read a file of this name; undefined when it reads none. */
export function sidePath(config: string, fileName: string): string | undefined {
  const lines = lexConfig(config, '').flatMap((line) => (line.kind === 'error' ? [] : [line.statement]));
  for (const { name, value } of lines) {
    if (value === undefined || !FILE_DIRECTIVES.has(name)) continue;
    const path = unprotect(value);
    if (path.slice(path.lastIndexOf('/') + 1) === fileName) return path;
  }
  for (const { name, value } of lines) {
    if (value === undefined || !DIRECTORY_DIRECTIVES.has(name)) continue;
    const [directory = '', ...patterns] = name === 'conf-dir' ? unprotect(value).split(',') : [unprotect(value)];
    if (isReadByConfDir(fileName, patterns)) return `${directory.replace(/\/$/, '')}/${fileName}`;
  }
  return undefined;
}
