/**
 * `lab frames FILE [-Y FILTER] [-e FIELD]... [--tree]`: what is in a capture file, as `tshark -r FILE` prints it: one
 * line a frame, the chosen fields separated by tabs, or the whole tree.
 */
import { readFileSync } from 'node:fs';
import { itemAt } from '../base/lists/list.ts';
import { Capture } from '../analysis/capture.ts';
import type { FilterError } from '../analysis/filter/ast.ts';
import { compileFilter } from '../analysis/filter/filter.ts';
import type { Filter } from '../analysis/filter/filter.ts';
import { nearestNames } from '../analysis/filter/suggest.ts';
import { FilteredFrames } from '../analysis/capture.ts';
import type { FrameStore } from '../analysis/frame-store.ts';
import { readCapture } from '../analysis/pcapng/reader.ts';
import type { FieldCollector } from '../protocols/core/collector.ts';
import type { FieldDef } from '../protocols/core/field.ts';
import { formatValue } from '../protocols/core/format.ts';
import type { TreeItem } from '../protocols/core/tree.ts';

export interface FramesIo {
  /** Writes a line to the standard output. */
  out(line: string): void;
  /** Writes a line to the standard error. */
  err(line: string): void;
  /** The bytes of a file; throws when it cannot be read. Defaults to the file system. */
  readFile?(path: string): Uint8Array;
}

interface Request {
  readonly file: string;
  readonly filter: string;
  readonly fields: readonly string[];
  readonly tree: boolean;
}

const USAGE = 'usage: frames FILE [-Y FILTER] [-e FIELD]... [--tree]';

/** Returns the exit code: 0, or 2 for wrong arguments, a bad file, filter or field. */
export function runFrames(args: readonly string[], io: FramesIo): number {
  const request = parseArguments(args);
  if (typeof request === 'string') {
    io.err(request);
    return 2;
  }
  let bytes: Uint8Array;
  try {
    bytes = io.readFile === undefined ? readFileSync(request.file) : io.readFile(request.file);
  } catch (error) {
    io.err(`frames: ${request.file}: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
  const file = readCapture(bytes);
  const capture = new Capture(file.store);
  const filter = compileFilter(request.filter, capture.registry);
  if (!filter.ok) {
    io.err(filterMessage(request.filter, filter.error));
    return 2;
  }
  const fields: FieldDef[] = [];
  for (const name of request.fields) {
    const def = capture.registry.field(name);
    if (def === undefined) {
      io.err(
        `frames: "${name}" is neither a field nor a protocol.${nearText(nearestNames(name, capture.registry.fields.keys()))}`,
      );
      return 2;
    }
    fields.push(def);
  }
  printFrames(capture, file.store, filter.value, request, fields, io);
  if (file.error === undefined) return 0;
  io.err(`frames: ${request.file}: ${file.error.message.text} (offset ${file.error.offset})`);
  return 2;
}

function parseArguments(args: readonly string[]): Request | string {
  let file: string | undefined;
  let filter = '';
  let tree = false;
  const fields: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = itemAt(args, i);
    if (arg === '--tree') tree = true;
    else if (arg === '-Y' || arg === '-e') {
      const value = args[++i];
      if (value === undefined) return `frames: ${arg} needs a value\n${USAGE}`;
      if (arg === '-Y') filter = value;
      else fields.push(value);
    } else if (arg.startsWith('-') && arg !== '-') return `frames: unknown option ${arg}\n${USAGE}`;
    else if (file === undefined) file = arg;
    else return `frames: one file at a time\n${USAGE}`;
  }
  if (file === undefined) return USAGE;
  if (tree && fields.length > 0) return `frames: --tree and -e exclude each other\n${USAGE}`;
  return { file, filter, fields, tree };
}

function nearText(names: readonly string[]): string {
  return names.length === 0 ? '' : ` Did you mean ${names.join(', ')}?`;
}

/** The error with the filter below it and the place marked. */
function filterMessage(text: string, error: FilterError): string {
  const mark = ' '.repeat(error.start) + '^'.padEnd(Math.max(1, error.end - error.start), '~');
  return `frames: ${error.message.text}${nearText(error.suggestions)}\n    ${text}\n    ${mark}`;
}

function printFrames(
  capture: Capture,
  store: FrameStore,
  filter: Filter,
  request: Request,
  fields: readonly FieldDef[],
  io: FramesIo,
): void {
  const frames = new FilteredFrames(capture, filter);
  frames.advance();
  const collector = capture.session.collector(fields);
  for (let n = 0; n < frames.length; n++) {
    const index = frames.at(n);
    if (request.tree) printTree(capture, index, io);
    else if (fields.length > 0) io.out(fieldLine(capture, index, collector));
    else io.out(summaryLine(capture, store, index));
  }
}

/** As `tshark -T fields`: fields separated by tabs, several values of one by commas. */
function fieldLine(capture: Capture, index: number, collector: FieldCollector): string {
  capture.session.collect(index, collector);
  return collector.hits
    .map((hits) => {
      const values: string[] = [];
      for (let at = 0; at < hits.count; at++) values.push(fieldText(hits.field, hits.value(at)));
      return values.join(',');
    })
    .join('\t');
}

function fieldText(def: FieldDef, value: Parameters<typeof formatValue>[1]): string {
  // Lists of bytes are the one thing that tshark writes differently here: without separators.
  if (value instanceof Uint8Array && def.type === 'bytes') return formatValue(def, value).replaceAll(':', '');
  if (def.type === 'protocol') return def.name;
  // Whatever would break the line is escaped.
  return formatValue(def, value)
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\t', String.raw`\t`);
}

/** As tshark's list: columns of at least these widths, then the info. */
function summaryLine(capture: Capture, store: FrameStore, index: number): string {
  const columns = capture.session.columns(index);
  const precision = store.interfaceOf(index).timePrecision <= 6 ? 6 : 9;
  const seconds = relativeSeconds(store.timeNs(index) - store.timeNs(0), precision);
  return [
    String(index + 1).padStart(5),
    seconds.padStart(10),
    columns.source.padStart(12),
    '→',
    columns.destination.padEnd(12),
    columns.protocol,
    String(store.origLen(index)),
    columns.info,
  ].join(' ');
}

function relativeSeconds(ns: number, digits: number): string {
  const total = BigInt(Math.round(ns));
  const size = total < 0n ? -total : total;
  const fraction = (size % 1_000_000_000n).toString().padStart(9, '0').slice(0, digits);
  return `${total < 0n ? '-' : ''}${size / 1_000_000_000n}.${fraction}`;
}

function printTree(capture: Capture, index: number, io: FramesIo): void {
  const print = (item: TreeItem, depth: number): void => {
    if (item.hidden) return;
    io.out('    '.repeat(depth) + (item.generated ? `[${item.text}]` : item.text));
    for (const child of item.children) print(child, depth + 1);
  };
  for (const item of capture.session.tree(index).items) print(item, 0);
  io.out('');
}
