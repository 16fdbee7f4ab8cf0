/**
 * Reads a dnsmasq.conf and what it includes. One bad line and dnsmasq does not start: the first error is the
 * verdict, in its words, with file and line; the rest is read on so that an editor can mark all of them.
 */
import { fromUtf8 } from '../../../../base/bytes.ts';
import type { ConfigLine } from '../../../../base/event-log.ts';
import type { FileTree } from '../../../files/file-tree.ts';
import { lexConfig, unprotect } from './lexer.ts';
import { emptyConfig } from '../model.ts';
import type { DnsmasqConfig } from '../model.ts';
import { directive } from '../registry.ts';
import { isReadByConfDir } from '../side-path.ts';

export interface ConfigError {
  /** dnsmasq's reason, such as `bad dhcp-range`. */
  readonly message: string;
  readonly origin: ConfigLine | undefined;
  /** As dnsmasq prints it: `bad dhcp-range at line 3 of /etc/dnsmasq.conf`. */
  readonly text: string;
  /** dnsmasq's exit code: 1 bad configuration, 3 file trouble, 4 memory. */
  readonly exitCode: number;
}

export interface ParsedConfig {
  readonly config: DnsmasqConfig;
  readonly errors: readonly ConfigError[];
}

interface ParseState {
  readonly config: DnsmasqConfig;
  readonly errors: ConfigError[];
  readonly files: FileTree | undefined;
  readonly seen: Set<string>;
  readonly included: Set<string>;
}

function fail(state: ParseState, message: string, origin: ConfigLine | undefined, exitCode = 1): void {
  const bare = message.startsWith('!');
  const plain = bare ? message.slice(1) : message;
  const text = bare || origin === undefined ? plain : `${plain} at line ${origin.line} of ${origin.file}`;
  state.errors.push({ message: plain, origin, text, exitCode });
}

/** Includes: conf-file, conf-dir (with `,.ext` kept and `,*.ext` alone), as far as the lab has files. */
function include(state: ParseState, name: string, value: string | undefined, origin: ConfigLine): void {
  if (value === undefined) return;
  const [path = '', ...patterns] = unprotect(value).split(',');
  if (name === 'conf-file') {
    const bytes = state.files?.read(unprotect(value));
    if (bytes === undefined) fail(state, `!cannot read ${unprotect(value)}: No such file or directory`, origin, 3);
    else if (!state.included.has(value)) readConfig(state, fromUtf8(bytes), value);
    return;
  }
  const names = state.files?.list(path);
  if (names === undefined) {
    fail(state, `!cannot access directory ${path}: No such file or directory`, origin, 3);
    return;
  }
  for (const file of names) {
    if (!isReadByConfDir(file, patterns)) continue;
    const full = `${path}/${file}`;
    const bytes = state.files?.read(full);
    if (bytes !== undefined && !state.included.has(full)) readConfig(state, fromUtf8(bytes), full);
  }
}

function readConfig(state: ParseState, text: string, file: string): void {
  state.included.add(file);
  for (const line of lexConfig(text, file)) {
    if (line.kind === 'error') {
      fail(state, line.message, line.origin);
      continue;
    }
    const { name, value, hasEquals, origin } = line.statement;
    state.config.lines.push(origin);
    if (name === 'conf-file' || name === 'conf-dir') {
      if (name === 'conf-dir' && !hasEquals) fail(state, 'missing parameter', origin);
      else include(state, name, value, origin);
      continue;
    }
    const known = directive(name);
    if (known === undefined) fail(state, 'bad option', origin);
    else if (known.value === 'none' && hasEquals) fail(state, 'extraneous parameter', origin);
    else if (known.value === 'required' && !hasEquals) {
      fail(state, name === 'cache-size' ? 'error' : 'missing parameter', origin);
    } else if (known.isSingle && state.seen.has(name)) fail(state, 'illegal repeated keyword', origin);
    else {
      state.seen.add(name);
      // `name=` hands an optional value over as an empty one, which most refuse.
      const given = known.value === 'optional' && hasEquals ? (value ?? '') : value;
      const error = known.read(state.config, given, origin);
      if (error !== undefined) fail(state, error, origin, error === '!could not get memory' ? 4 : 1);
    }
  }
}

/** RFC 2782: a service's name of two labels, `_ldap._tcp`, gets the default domain. */
function completeServiceNames({ srvs, domains }: DnsmasqConfig): void {
  const suffix = domains.findLast((line) => line.start === undefined && line.interfaceName === undefined)?.domain;
  if (suffix === undefined || suffix === '') return;
  srvs.forEach((record, i) => {
    if (record.name.split('.').length === 2) srvs[i] = { ...record, name: `${record.name}.${suffix}` };
  });
}

/** dnsmasq follows chains of cname lines and refuses to go round. */
function findCnameLoop(config: DnsmasqConfig): string | undefined {
  const byAlias = new Map(config.cnames.map((record) => [record.alias, record.target]));
  // The newest line is looked at first.
  for (const record of [...config.cnames].reverse()) {
    const seen = new Set([record.alias]);
    let at: string | undefined = record.target;
    while (at !== undefined) {
      if (at === record.alias) return record.alias;
      if (seen.has(at)) break;
      seen.add(at);
      at = byAlias.get(at);
    }
  }
  return undefined;
}

/**
 * Reads a configuration.
 * @param file the name that messages and events give it
 * @param files where conf-file and conf-dir look
 */
export function parseConfig(text: string, file: string, files?: FileTree): ParsedConfig {
  const state: ParseState = {
    config: emptyConfig(),
    errors: [],
    files,
    seen: new Set(),
    included: new Set(),
  };
  readConfig(state, text, file);
  completeServiceNames(state.config);
  if (state.errors.length === 0) {
    const loop = findCnameLoop(state.config);
    if (loop !== undefined) fail(state, `!CNAME loop involving ${loop}`, undefined);
    const hasDomain = state.config.domains.some((line) => line.start === undefined && line.interfaceName === undefined);
    if (state.config.flags.has('dhcp-fqdn') && !hasDomain) {
      fail(state, '!there must be a default domain when --dhcp-fqdn is set', undefined);
    }
  }
  return { config: state.config, errors: state.errors };
}

/** What `dnsmasq --test` says: undefined when the configuration is accepted. */
export function configVerdict(parsed: ParsedConfig): ConfigError | undefined {
  return parsed.errors[0];
}
