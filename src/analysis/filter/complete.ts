/** What could stand at the cursor of a filter box: fields, values of the field that is compared, functions, operators. */
import { itemAt } from '../../base/lists/list.ts';
import { kindOf, type FieldDef } from '../../protocols/core/field.ts';
import { verbatim, type Message } from '../../base/sentence.ts';
import type { Registry } from '../../protocols/core/registry.ts';
import { FUNCTIONS } from './check.ts';
import { tokenize } from './lexer.ts';
import type { Token } from './lexer.ts';
import { filterMessage } from './messages.ts';
import { nearestNames } from './suggest.ts';

export interface Completion {
  readonly label: string;
  readonly kind: 'protocol' | 'field' | 'value' | 'function' | 'operator';
  /** What it is, in a few words. */
  readonly detail: Message;
}

export interface Completions {
  /** The stretch of text that a completion replaces. */
  readonly from: number;
  readonly to: number;
  readonly items: readonly Completion[];
}

const OPERATORS: readonly Completion[] = [
  { label: '==', kind: 'operator', detail: filterMessage('filter.about.eq') },
  { label: '!=', kind: 'operator', detail: filterMessage('filter.about.ne') },
  { label: '>', kind: 'operator', detail: filterMessage('filter.about.gt') },
  { label: '<', kind: 'operator', detail: filterMessage('filter.about.lt') },
  { label: 'contains', kind: 'operator', detail: filterMessage('filter.about.contains') },
  { label: 'matches', kind: 'operator', detail: filterMessage('filter.about.matches') },
  { label: 'in', kind: 'operator', detail: filterMessage('filter.about.in', { example: '{ a, b, c .. d }' }) },
];
const CONNECTIVES: readonly Completion[] = [
  { label: 'and', kind: 'operator', detail: filterMessage('filter.about.and') },
  { label: 'or', kind: 'operator', detail: filterMessage('filter.about.or') },
];
const PREFIXES: readonly Completion[] = [
  { label: 'not', kind: 'operator', detail: filterMessage('filter.about.not') },
  { label: 'any', kind: 'operator', detail: filterMessage('filter.about.any') },
  { label: 'all', kind: 'operator', detail: filterMessage('filter.about.all') },
];
const MAX_ITEMS = 50;
const MAX_NAMED_VALUES = 256;

/** Completions at `cursor` (UTF-16 units) for what has been typed of a word, or for the next word. */
export function complete(text: string, cursor: number, registry: Registry): Completions {
  const before = text.slice(0, cursor);
  const typed = /[\w.:-]*$/.exec(before)?.[0] ?? '';
  const from = cursor - typed.length;
  const rest = /^[\w.:-]*/.exec(text.slice(cursor))?.[0] ?? '';
  const to = cursor + rest.length;
  const tokens = tokenize(before.slice(0, from));
  // Inside a quoted string nothing can be completed.
  if (!tokens.ok) return { from, to, items: [] };
  const previous = tokens.value.slice(0, -1);
  const last = previous.at(-1);
  const low = typed.toLowerCase();
  const starting = (items: readonly Completion[]): Completion[] =>
    items.filter((one) => one.label.toLowerCase().startsWith(low));

  if (endsTerm(last)) {
    const isAfterField = last?.kind === 'word' && registry.field(last.text) !== undefined && !isComparedValue(previous);
    return { from, to, items: starting(isAfterField ? [...OPERATORS, ...CONNECTIVES] : CONNECTIVES) };
  }
  const compared = comparedField(previous, registry);
  const values = compared === undefined ? [] : starting(valuesOf(compared));
  const names = typed === '' && compared !== undefined ? [] : fieldNames(low, registry);
  const words = compared === undefined ? starting(PREFIXES) : [];
  const functions = starting(FUNCTIONS.map(({ name, about }) => ({ label: name, kind: 'function', detail: about })));
  const items = [...values, ...names, ...(typed === '' ? [] : [...functions, ...words])];
  return { from, to, items: items.slice(0, MAX_ITEMS) };
}

function endsTerm(token: Token | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === 'punctuation') return token.text === ')' || token.text === '}';
  return token.kind === 'word' || token.kind === 'string' || token.kind === 'char' || token.kind === 'range';
}

function isOperator(token: Token | undefined): boolean {
  if (token?.kind === 'keyword')
    return token.keyword === 'contains' || token.keyword === 'matches' || token.keyword === 'in';
  return token?.kind === 'compare';
}

/** Whether the last token is already the right side of a comparison. */
function isComparedValue(tokens: readonly Token[]): boolean {
  return isOperator(tokens.at(-2));
}

/** The field whose value is wanted next: `dhcp.option.dhcp == `, `udp.port in {67, `. */
function comparedField(tokens: readonly Token[], registry: Registry): FieldDef | undefined {
  let at = tokens.length - 1;
  const open = tokens.findLastIndex(
    (token) => token.kind === 'punctuation' && (token.text === '{' || token.text === '}'),
  );
  if (open >= 0) {
    const brace = itemAt(tokens, open);
    if (brace.kind === 'punctuation' && brace.text === '{') at = open - 1;
  }
  if (!isOperator(tokens[at])) return undefined;
  const left = tokens[at - 1];
  return left?.kind === 'word' ? registry.field(left.text) : undefined;
}

function quotedIfNeeded(name: string): string {
  return /^[A-Za-z][\w-]*$/.test(name) ? name : `"${name.replace(/["\\]/g, String.raw`\$&`)}"`;
}

function valuesOf(def: FieldDef): readonly Completion[] {
  if (def.type === 'bool') {
    return [
      { label: '1', kind: 'value', detail: verbatim(def.trueFalse[0]) },
      { label: '0', kind: 'value', detail: verbatim(def.trueFalse[1]) },
    ];
  }
  const { values } = def;
  if (values === undefined || kindOf(def.type) !== 'int') return [];
  const pairs: [number, string][] = [];
  if (typeof values === 'function') {
    for (let value = 0; value < MAX_NAMED_VALUES; value++) {
      const name = values(value);
      if (name !== undefined) pairs.push([value, name]);
    }
  } else for (const [value, name] of Object.entries(values)) pairs.push([Number(value), name]);
  return pairs.map(([value, name]) => ({
    label: quotedIfNeeded(name),
    kind: 'value',
    detail: verbatim(String(value)),
  }));
}

function fieldNames(low: string, registry: Registry): readonly Completion[] {
  const starts: FieldDef[] = [];
  const holds: FieldDef[] = [];
  for (const [name, def] of registry.fields) {
    if (name === '') continue;
    if (name.startsWith(low)) starts.push(def);
    else if (low.length >= 2 && (name.includes(low) || def.label.toLowerCase().includes(low))) holds.push(def);
  }
  const byName = (a: FieldDef, b: FieldDef): number => (a.name < b.name ? -1 : 1);
  const found = [...starts.sort(byName), ...holds.sort(byName)];
  if (found.length === 0 && low.length > 2) {
    for (const name of nearestNames(low, registry.fields.keys())) {
      const def = registry.field(name);
      if (def !== undefined) found.push(def);
    }
  }
  return found.map((def) => ({
    label: def.name,
    kind: def.type === 'protocol' ? 'protocol' : 'field',
    detail: verbatim(def.label),
  }));
}
