/** What a request for a file deserves: status, fields and body. Pure, so that it can be asked without a connection. */
import { sha256 } from '@noble/hashes/sha2.js';
import { toHex, utf8 } from '../../base/bytes.ts';
import { httpField, type HttpField, type HttpRequest, parseHttpDate } from '../../protocols/http/codec.ts';
import { normalizePath, type FileTree, type OpenFile } from '../files/file-tree.ts';
import { mayRead, maySearchTo } from '../files/permissions.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly fields: readonly HttpField[];
  readonly body: Uint8Array;
  /** The file that the body is read from while it is sent, and where in it the body begins. */
  readonly from?: { readonly file: OpenFile; readonly start: number };
  /** The file's path below the root, for people. */
  readonly path: string;
}

/** Whom web servers run as on Debian. */
const WEB_USER = 'www-data';

const TYPES: ReadonlyMap<string, string> = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['txt', 'text/plain; charset=utf-8'],
  ['cfg', 'text/plain; charset=utf-8'],
  ['ipxe', 'text/plain; charset=utf-8'],
  ['json', 'application/json'],
  ['png', 'image/png'],
  ['gz', 'application/gzip'],
  ['iso', 'application/x-iso9660-image'],
]);

export function textAnswer(
  status: number,
  message: string,
  path: string,
  fields: readonly HttpField[] = [],
): HttpAnswer {
  return {
    status,
    fields: [{ name: 'Content-Type', value: 'text/plain; charset=utf-8' }, ...fields],
    body: utf8(`${message}\n`),
    path,
  };
}

/** The path of a request target, decoded: origin-form or absolute-form (RFC 9112 §3.2). Undefined when it is neither. */
export function targetPath(target: string): string | undefined {
  const path = target.replace(/^http:\/\/[^/?#]*/i, '').replace(/[?#].*$/, '');
  if (path !== '' && !path.startsWith('/')) return undefined;
  try {
    return decodeURIComponent(path === '' ? '/' : path);
  } catch {
    return undefined;
  }
}

/** Content does not change, and hashing 30 MB takes longer than sending them. By the memory that a file lies in. */
const hashes = new WeakMap<ArrayBufferLike, Map<string, string>>();

function hashOf(bytes: Uint8Array): string {
  const { buffer, byteOffset, length } = bytes;
  const known = hashes.get(buffer) ?? new Map<string, string>();
  hashes.set(buffer, known);
  const place = `${byteOffset} ${length}`;
  const hash = known.get(place) ?? toHex(sha256(bytes));
  known.set(place, hash);
  return hash;
}

/** A strong validator (RFC 9110 §8.8.3) from the content's hash. */
function entityTag(known: string | undefined, bytes: Uint8Array): string {
  return `"${(known ?? hashOf(bytes)).slice(0, 32)}"`;
}

function listIncludes(list: string, tag: string): boolean {
  return list.trim() === '*' || list.split(',').some((item) => item.trim().replace(/^W\//, '') === tag);
}

/** One `bytes=` range (RFC 9110 §14.1.2). `undefined`: ignore the field; `unsatisfiable`: 416. */
function parseRange(field: string, length: number): { start: number; end: number } | 'unsatisfiable' | undefined {
  const range = /^bytes=(\d*)-(\d*)$/.exec(field.replace(/\s/g, ''));
  if (range === null || (range[1] === '' && range[2] === '')) return undefined;
  if (range[1] === '') {
    const suffix = Number(range[2]);
    return suffix === 0 || length === 0 ? 'unsatisfiable' : { start: Math.max(0, length - suffix), end: length };
  }
  const start = Number(range[1]);
  const end = range[2] === '' ? length : Math.min(length, Number(range[2]) + 1);
  if (range[2] !== '' && Number(range[2]) < start) return undefined;
  return start >= length ? 'unsatisfiable' : { start, end };
}

export function answer(request: HttpRequest, files: FileTree, root: string, epochMs: number): HttpAnswer {
  const { method } = request;
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST')
    return textAnswer(405, `${method} is not served here.`, '', [{ name: 'Allow', value: 'GET, HEAD, POST' }]);
  if (request.version === 'HTTP/1.1' && httpField(request, 'Host') === undefined)
    return textAnswer(400, 'An HTTP/1.1 request needs a Host field (RFC 9112 §3.2).', '');
  const path = targetPath(request.target);
  if (path === undefined) return textAnswer(400, 'The request target is no path.', '');
  // Dots are resolved before the root is put in front: nothing above it can be named.
  const below = normalizePath(path);
  const at = normalizePath(`${root}/${below}`);
  const stat = files.stat(at);
  if (!maySearchTo(files, at, WEB_USER)) return denied(below);
  if (stat === undefined) return textAnswer(404, `${below} is not here.`, below);
  if (stat.kind === 'directory') return directory(files, at, below, path.endsWith('/'), request, root, epochMs);
  return file(files, at, below, request, epochMs);
}

function denied(below: string): HttpAnswer {
  return textAnswer(403, `The server has no permission to read ${below}.`, below);
}

function directory(
  files: FileTree,
  at: string,
  below: string,
  slash: boolean,
  request: HttpRequest,
  root: string,
  epochMs: number,
): HttpAnswer {
  if (!slash) return textAnswer(301, `${below}/`, below, [{ name: 'Location', value: `${encodeURI(below)}/` }]);
  const index = `${at === '/' ? '' : at}/index.html`;
  if (files.stat(index)?.kind === 'file')
    return file(files, index, `${below === '/' ? '' : below}/index.html`, request, epochMs);
  if (!mayRead(files, at, WEB_USER)) return denied(below);
  const names = (files.list(at) ?? []).map((name) => {
    const isDirectory = files.stat(`${at}/${name}`)?.kind === 'directory';
    return `${name}${isDirectory ? '/' : ''}`;
  });
  const up = at === normalizePath(root) ? [] : ['../'];
  const items = [...up, ...names].map((name) => `<li><a href="${encodeURI(name)}">${escapeHtml(name)}</a></li>`);
  const title = `Index of ${escapeHtml(below)}`;
  const body = `<!doctype html>\n<meta charset="utf-8">\n<title>${title}</title>\n<h1>${title}</h1>\n<ul>\n${items.join('\n')}\n</ul>\n`;
  return {
    status: 200,
    fields: [{ name: 'Content-Type', value: 'text/html; charset=utf-8' }],
    body: utf8(body),
    path: below,
  };
}

function file(files: FileTree, at: string, below: string, request: HttpRequest, epochMs: number): HttpAnswer {
  const opened = files.open(at);
  if (opened === undefined) return textAnswer(404, `${below} is not here.`, below);
  if (!mayRead(files, at, WEB_USER)) return denied(below);
  const bytes = opened.slice(0, opened.size);
  const tag = entityTag(files.stat(at)?.sha256, bytes);
  const modified = new Date(epochMs).toUTCString();
  const extension = /\.([a-z0-9]+)$/i.exec(at)?.[1]?.toLowerCase() ?? '';
  const fields: HttpField[] = [
    { name: 'Content-Type', value: TYPES.get(extension) ?? 'application/octet-stream' },
    { name: 'Last-Modified', value: modified },
    { name: 'ETag', value: tag },
    { name: 'Accept-Ranges', value: 'bytes' },
  ];
  const failed = precondition(request, tag, epochMs);
  if (failed !== undefined) return { status: failed, fields, body: new Uint8Array(0), path: below };
  const rangeField = httpField(request, 'Range');
  const ifRange = httpField(request, 'If-Range');
  // RFC 9110 §13.1.5: a range of another version is not asked for.
  if (
    rangeField !== undefined &&
    request.method === 'GET' &&
    (ifRange === undefined || ifRange === tag || ifRange === modified)
  ) {
    const range = parseRange(rangeField, bytes.length);
    if (range === 'unsatisfiable')
      return textAnswer(416, 'The range lies behind the end.', below, [
        { name: 'Content-Range', value: `bytes */${bytes.length}` },
      ]);
    if (range !== undefined) {
      const contentRange = `bytes ${range.start}-${range.end - 1}/${bytes.length}`;
      return {
        status: 206,
        fields: [...fields, { name: 'Content-Range', value: contentRange }],
        body: bytes.subarray(range.start, range.end),
        from: { file: opened, start: range.start },
        path: below,
      };
    }
  }
  return { status: 200, fields, body: bytes, from: { file: opened, start: 0 }, path: below };
}

/** RFC 9110 §13.2.2: the order in which conditions count. */
function precondition(request: HttpRequest, tag: string, epochMs: number): 304 | 412 | undefined {
  const ifMatch = httpField(request, 'If-Match');
  if (ifMatch !== undefined) {
    if (!listIncludes(ifMatch, tag)) return 412;
  } else {
    const unmodified = parseHttpDate(httpField(request, 'If-Unmodified-Since') ?? '');
    if (unmodified !== undefined && epochMs > unmodified) return 412;
  }
  const ifNoneMatch = httpField(request, 'If-None-Match');
  if (ifNoneMatch !== undefined) return listIncludes(ifNoneMatch, tag) ? 304 : undefined;
  const since = parseHttpDate(httpField(request, 'If-Modified-Since') ?? '');
  return since !== undefined && epochMs <= since ? 304 : undefined;
}

function escapeHtml(value: string): string {
  return value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
