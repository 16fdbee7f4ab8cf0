/**
 * URIs as iPXE takes them apart (RFC 3986 with two liberties): anything after the scheme that does not begin with
 * `/` is opaque, and `##params` names a parameter list. Opaque part, path, query and fragment stay as they were written:
 * they are decoded for use only.
 */
import { uriDecode } from '../../settings/types.ts';

export interface Uri {
  readonly scheme: string | undefined;
  /** `scheme:opaque`; excludes all the fields below but the fragment. */
  readonly opaque: string | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** As written; `decodedPath` is what it names. */
  readonly path: string | undefined;
  readonly query: string | undefined;
  readonly fragment: string | undefined;
  /** Name of the parameter list, '' for the unnamed one. */
  readonly params: string | undefined;
}

const EMPTY: Uri = {
  scheme: undefined,
  opaque: undefined,
  user: undefined,
  password: undefined,
  host: undefined,
  port: undefined,
  path: undefined,
  query: undefined,
  fragment: undefined,
  params: undefined,
};

const PARAMS_MARK = '##params';

/** RFC 3986 §3.1, with something behind the colon: `52:54.txt` is a path. */
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):(?=.)/s;

export function parseUri(text: string): Uri {
  let rest = text;
  let params: string | undefined;
  const mark = rest.indexOf(PARAMS_MARK);
  if (mark >= 0) {
    // Whatever character stands before the name.
    params = rest.slice(mark + PARAMS_MARK.length + 1);
    rest = rest.slice(0, mark);
  }
  let fragment: string | undefined;
  const hash = rest.indexOf('#');
  if (hash >= 0) {
    fragment = rest.slice(hash + 1);
    rest = rest.slice(0, hash);
  }
  const colon = SCHEME.exec(rest);
  const scheme = colon?.[1];
  if (colon !== null) rest = rest.slice(colon[0].length);
  if (scheme !== undefined && !rest.startsWith('/')) {
    return { ...EMPTY, scheme, opaque: rest, fragment, params };
  }
  let query: string | undefined;
  const mark2 = rest.indexOf('?');
  if (mark2 >= 0) {
    query = rest.slice(mark2 + 1);
    rest = rest.slice(0, mark2);
  }
  let user: string | undefined;
  let password: string | undefined;
  let host: string | undefined;
  let port: number | undefined;
  if (rest.startsWith('//')) {
    const slash = rest.indexOf('/', 2);
    let authority = rest.slice(2, slash < 0 ? rest.length : slash);
    rest = slash < 0 ? '' : rest.slice(slash);
    const at = authority.indexOf('@');
    if (at >= 0) {
      const info = authority.slice(0, at);
      authority = authority.slice(at + 1);
      const split = info.indexOf(':');
      user = uriDecode(split < 0 ? info : info.slice(0, split));
      password = split < 0 ? undefined : uriDecode(info.slice(split + 1));
    }
    const parts = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority);
    host = uriDecode(parts?.[1] ?? authority);
    port = parts?.[2] === undefined || parts[2] === '' ? undefined : Number(parts[2]);
  }
  const path = rest === '' ? undefined : rest;
  return { scheme, opaque: undefined, user, password, host, port, path, query, fragment, params };
}

/** Encodes characters that a part of a URI must not contain. */
function encode(text: string, forbidden: string): string {
  let out = '';
  for (const char of text) {
    const code = char.charCodeAt(0);
    const isPlain = code > 0x20 && code < 0x7f && !forbidden.includes(char);
    out += isPlain ? char : `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

/** What was written as part of a URI, fit for a line of a protocol: without blanks and bytes that are no ASCII. */
export const asWritten = (part: string): string => encode(part, '');

/** The name that the path stands for, without its percent signs. */
export function decodedPath(uri: Uri): string | undefined {
  return uri.path === undefined ? undefined : uriDecode(uri.path);
}

export function formatUri(uri: Uri): string {
  let out = uri.scheme === undefined ? '' : `${uri.scheme}:`;
  if (uri.opaque !== undefined) out += asWritten(uri.opaque);
  if (uri.host !== undefined) {
    out += '//';
    if (uri.user !== undefined) {
      out += encode(uri.user, '%/#:@?');
      if (uri.password !== undefined) out += `:${encode(uri.password, '%/#:@?')}`;
      out += '@';
    }
    out += encode(uri.host, '%/#@?');
    if (uri.port !== undefined) out += `:${uri.port}`;
  }
  if (uri.path !== undefined) out += asWritten(uri.path);
  if (uri.query !== undefined) out += `?${asWritten(uri.query)}`;
  if (uri.fragment !== undefined) out += `#${asWritten(uri.fragment)}`;
  return out;
}

/** Without the parts that are secret or clutter the screen: user, password, query, fragment. */
export function redactedUri(uri: Uri): string {
  return formatUri({
    ...uri,
    user: undefined,
    password: undefined,
    query: undefined,
    fragment: undefined,
    params: undefined,
  });
}

/** RFC 3986 §5.2.3 and §5.2.4. */
function resolvePath(base: string, relative: string): string {
  const directory = base.slice(0, base.lastIndexOf('/') + 1);
  const out: string[] = [];
  const segments = (directory + relative).split('/');
  segments.forEach((segment, index) => {
    const isLast = index === segments.length - 1;
    if (segment === '..') {
      if (out.length > 1 || (out.length === 1 && out[0] !== '')) out.pop();
      if (isLast) out.push('');
    } else if (segment === '.') {
      if (isLast) out.push('');
    } else out.push(segment);
  });
  return out.join('/');
}

/** RFC 3986 §5.2.2. */
export function resolveUri(base: Uri, relative: Uri): Uri {
  if (relative.scheme !== undefined) return relative;
  if (relative.host !== undefined) return { ...relative, scheme: base.scheme };
  const root = { ...base, fragment: relative.fragment, params: relative.params };
  if (relative.path !== undefined) {
    const path = relative.path.startsWith('/') ? relative.path : resolvePath(base.path ?? '/', relative.path);
    return { ...root, path, query: relative.query };
  }
  return relative.query === undefined ? root : { ...root, query: relative.query };
}

/** The URI of the directory that a URI is in. */
export function directoryOf(uri: string): string {
  return formatUri(resolveUri(parseUri(uri), { ...EMPTY, path: '.' }));
}

/** The URI of a TFTP server's file: the name goes in as it is, whatever characters it has. */
export function tftpUri(server: string, filename: string): Uri {
  return { ...EMPTY, scheme: 'tftp', host: server, path: encode(`/${filename}`, '%#:@?') };
}

/** The name of an image from this URI: the last part of the path, or the opaque part. */
export function uriBaseName(uri: Uri): string {
  const path = decodedPath(uri);
  if (path === undefined) return uriDecode(uri.opaque ?? '');
  return path.slice(path.lastIndexOf('/') + 1);
}
