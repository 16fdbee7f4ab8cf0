/**
 * Filters for calls of programs, in the language of display filters: `pxe.api == "PXENV_TFTP_OPEN"`, `pxe.failed`,
 * `pxe.param contains "ldlinux"`. A call is no frame: its fields are given instead of dissected.
 */
import { ok, type Result } from '../../base/result.ts';
import { field, type FieldValue } from '../../protocols/core/field.ts';
import { defineProtocol, REJECTED, Registry } from '../../protocols/core/registry.ts';
import type { FilterError } from '../filter/ast.ts';
import { checkFilter } from '../filter/check.ts';
import { compileTest, fieldsOf as fieldsOfTest } from '../filter/compile.ts';
import { parseFilter } from '../filter/parser.ts';
import type { CallRecord } from './call-list.ts';

const NOTHING = new Uint8Array();

function fieldsOf(prefix: string) {
  return {
    api: field(`${prefix}.api`, 'Function', 'string'),
    opcode: field(`${prefix}.opcode`, 'Opcode', 'uint16', { base: 'hex' }),
    param: field(`${prefix}.param`, 'Parameter, name=value', 'string'),
    result: field(`${prefix}.result`, 'Changed parameter, name=value', 'string'),
    status: field(`${prefix}.status`, 'Status', 'string'),
    failed: field(`${prefix}.failed`, 'A call failed', 'bool'),
    calls: field(`${prefix}.calls`, 'Calls', 'uint32'),
    failures: field(`${prefix}.failures`, 'Failed calls', 'uint32'),
    time: field(`${prefix}.time`, 'Duration', 'relative-time'),
    caller: field(`${prefix}.caller`, 'Return address', 'string'),
    mode: field(`${prefix}.mode`, 'Mode of the CPU', 'string'),
    machine: field(`${prefix}.machine`, 'Machine', 'string'),
  } as const;
}

type CallFieldName = keyof ReturnType<typeof fieldsOf>;

function protocolOf(id: string, name: string) {
  const fields = fieldsOf(id);
  const protocol = defineProtocol({ id, name, shortName: id.toUpperCase(), fields, dissect: () => REJECTED });
  return { fields, protocol };
}

const APIS = { pxe: protocolOf('pxe', 'PXE API'), int13: protocolOf('int13', 'BIOS disk services') } as const;

const REGISTRY = new Registry(Object.values(APIS).map(({ protocol }) => protocol));

/** Names that a filter may begin with, for completion. */
export const CALL_FIELDS: readonly string[] = [...REGISTRY.fields.keys()].filter((name) =>
  /^(?:pxe|int13)\./.test(name),
);

function valuesOf(record: CallRecord): Readonly<Record<CallFieldName, readonly FieldValue[]>> {
  const { end } = record;
  const asText = ([name, value]: readonly [string, string]): string => `${name}=${value}`;
  return {
    api: [record.function],
    opcode: [record.opcode],
    param: record.fields.map(asText),
    result: end?.fields.map(asText) ?? [],
    status: end === undefined ? [] : [end.status],
    failed: end === undefined || end.failures === 0 ? [] : [true],
    calls: end === undefined ? [] : [end.calls],
    failures: end === undefined ? [] : [end.failures],
    time: end === undefined ? [] : [end.durationNs],
    caller: [record.caller],
    mode: [record.mode],
    machine: [record.node],
  };
}

/** What a call has only when it has ended. */
const OF_END: ReadonlySet<string> = new Set<CallFieldName>(['result', 'status', 'failed', 'calls', 'failures', 'time']);

export interface CallFilter {
  readonly matches: (record: CallRecord) => boolean;
  /** It can be decided on a call that has ended, not on one that begins. */
  readonly isOfEnd: boolean;
}

/** Whether a text is about calls, not frames. */
export function isAboutCalls(text: string): boolean {
  return /(?:^|[^\w."'])(?:pxe|int13)(?:\.\w|\s*(?:$|[)&|]|and\b|or\b))/.test(text);
}

/** A test for calls; an empty text passes all. */
export function compileCallFilter(text: string): Result<CallFilter, FilterError> {
  const parsed = parseFilter(text);
  if (!parsed.ok) return parsed;
  if (parsed.value === undefined) return ok({ matches: () => true, isOfEnd: false });
  const checked = checkFilter(parsed.value, REGISTRY);
  if (!checked.ok) return checked;
  const { collector, decide } = compileTest(checked.value, REGISTRY);
  const isOfEnd = fieldsOfTest(checked.value).some(({ name }) => OF_END.has(name.slice(name.indexOf('.') + 1)));
  const matches = (record: CallRecord): boolean => {
    collector.reset();
    const { fields, protocol } = APIS[record.api];
    collector.hitsOf(protocol.field)?.push(NOTHING, 0, 0, undefined, 1);
    const values = valuesOf(record);
    for (const [name, def] of Object.entries(fields)) {
      const hits = collector.hitsOf(def);
      if (hits !== undefined) for (const value of values[name as CallFieldName]) hits.push(NOTHING, 0, 0, value, 1);
    }
    return decide();
  };
  return ok({ matches, isOfEnd });
}
