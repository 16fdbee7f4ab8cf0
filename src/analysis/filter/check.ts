/**
 * Gives a parsed filter its meaning: words become fields or values, every comparison gets its kind, and what
 * cannot be compared is refused with its place. The rules are those of Wireshark 4.
 */
import { fromLatin1 } from '../../base/bytes.ts';
import { atLeast, itemAt } from '../../base/lists/list.ts';
import { compilePattern, MAX_PATTERN_STEPS, type Pattern } from '../../base/pattern.ts';
import { err, ok, unreachable } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { Message } from '../../base/sentence.ts';
import { kindOf, type FieldKind, type FieldDef } from '../../protocols/core/field.ts';
import type { Registry } from '../../protocols/core/registry.ts';
import type { ArithmeticOp, CompareOp, Entity, Expr, FilterError, Quantifier, RangeItem, Span } from './ast.ts';
import { filterMessage } from './messages.ts';
import { commonKind, convertLiteral, kindName } from './values.ts';
import type { Constant } from './values.ts';
import { nearestNames } from './suggest.ts';

export type FunctionName = 'len' | 'count' | 'string' | 'upper' | 'lower' | 'abs' | 'max' | 'min';

export type Term =
  | { readonly node: 'field'; readonly kind: FieldKind; readonly def: FieldDef; readonly layers?: readonly RangeItem[] }
  | ({ readonly node: 'constant'; readonly kind: FieldKind } & Constant)
  | { readonly node: 'slice'; readonly kind: 'bytes'; readonly operand: Term; readonly ranges: readonly RangeItem[] }
  | { readonly node: 'call'; readonly kind: FieldKind; readonly name: FunctionName; readonly args: readonly Term[] }
  | {
      readonly node: 'arithmetic';
      readonly kind: FieldKind;
      readonly op: ArithmeticOp;
      readonly left: Term;
      readonly right: Term;
    }
  | { readonly node: 'negate'; readonly kind: FieldKind; readonly operand: Term };

export type Relation = '=' | '!=' | '<' | '<=' | '>' | '>=';

export type Test =
  | { readonly node: 'or' | 'xor' | 'and'; readonly left: Test; readonly right: Test }
  | { readonly node: 'not'; readonly operand: Test }
  /** True when there is a value at all (a field without one: when it occurs). */
  | { readonly node: 'exists'; readonly term: Term }
  | { readonly node: 'nonzero'; readonly term: Term }
  | {
      readonly node: 'compare';
      readonly relation: Relation;
      readonly mode: Quantifier;
      /** What both sides are read as. */
      readonly kind: FieldKind;
      readonly left: Term;
      readonly right: Term;
    }
  | {
      readonly node: 'contains';
      readonly mode: Quantifier;
      readonly kind: FieldKind;
      readonly left: Term;
      readonly right: Term;
    }
  | { readonly node: 'matches'; readonly mode: Quantifier; readonly left: Term; readonly pattern: Pattern }
  | {
      readonly node: 'in';
      readonly mode: Quantifier;
      readonly left: Term;
      readonly items: readonly { readonly kind: FieldKind; readonly low: Term; readonly high?: Term }[];
    };

/** Thrown inside this file only. */
class Refusal extends Error {
  readonly error: FilterError;
  constructor(error: FilterError) {
    super(error.message.text);
    this.error = error;
  }
}

function refuse(code: FilterError['code'], message: Message, span: Span, suggestions: readonly string[] = []): never {
  throw new Refusal({ code, message, start: span.start, end: span.end, suggestions });
}

export function checkFilter(expr: Expr, registry: Registry): Result<Test, FilterError> {
  try {
    return ok(new Checker(registry).test(expr));
  } catch (failure) {
    if (failure instanceof Refusal) return err(failure.error);
    throw failure;
  }
}

/** `==` is true when any pair is equal, `!=` when all pairs differ, and `===`, `!==` the other way round. */
function meaning(op: CompareOp): { relation: Relation; mode: Quantifier } {
  switch (op) {
    case '==':
      return { relation: '=', mode: 'any' };
    case '!=':
      return { relation: '!=', mode: 'all' };
    case '===':
      return { relation: '=', mode: 'all' };
    case '!==':
      return { relation: '!=', mode: 'any' };
    case '<':
    case '<=':
    case '>':
    case '>=':
      return { relation: op, mode: 'any' };
    default:
      return unreachable(op);
  }
}

const FUNCTION_NAMES: ReadonlySet<string> = new Set<FunctionName>([
  'len',
  'count',
  'string',
  'upper',
  'lower',
  'abs',
  'max',
  'min',
]);

function isFunctionName(name: string): name is FunctionName {
  return FUNCTION_NAMES.has(name);
}

export const FUNCTIONS: readonly { readonly name: FunctionName; readonly about: Message }[] = [
  { name: 'len', about: filterMessage('filter.about.len') },
  { name: 'count', about: filterMessage('filter.about.count') },
  { name: 'string', about: filterMessage('filter.about.string') },
  { name: 'upper', about: filterMessage('filter.about.upper') },
  { name: 'lower', about: filterMessage('filter.about.lower') },
  { name: 'abs', about: filterMessage('filter.about.abs') },
  { name: 'max', about: filterMessage('filter.about.max') },
  { name: 'min', about: filterMessage('filter.about.min') },
];

const SLICEABLE: ReadonlySet<FieldKind> = new Set<FieldKind>([
  'bytes',
  'protocol',
  'string',
  'ether',
  'ipv4',
  'ipv6',
  'guid',
]);

class Checker {
  private readonly registry: Registry;
  /** Of all patterns of the filter: each of them may be matched for every frame. */
  private patternSteps = 0;

  constructor(registry: Registry) {
    this.registry = registry;
  }

  test(expr: Expr): Test {
    switch (expr.kind) {
      case 'or':
      case 'xor':
      case 'and':
        return { node: expr.kind, left: this.test(expr.left), right: this.test(expr.right) };
      case 'not':
        return { node: 'not', operand: this.test(expr.operand) };
      case 'exists':
        return this.exists(expr.entity);
      case 'compare':
        return this.compare(expr);
      case 'contains':
        return this.contains(expr);
      case 'matches':
        return this.matches(expr);
      case 'in':
        return this.membership(expr);
      default:
        return unreachable(expr);
    }
  }

  private exists(entity: Entity): Test {
    if (entity.kind === 'call') {
      refuse('type', filterMessage('filter.function-alone'), entity.nameSpan);
    }
    const term = this.fieldTerm(entity, filterMessage('filter.place.alone'));
    return { node: term.node === 'arithmetic' || term.node === 'negate' ? 'nonzero' : 'exists', term };
  }

  private compare(expr: Extract<Expr, { kind: 'compare' }>): Test {
    const left = this.fieldTerm(expr.left, filterMessage('filter.place.comparison'));
    this.refuseNoValue(left, expr.left.span);
    const right = this.termLike(expr.right, left);
    this.refuseNoValue(right, expr.right.span);
    const kind = this.together(left, right, expr.left, expr.right);
    const { relation, mode } = meaning(expr.op);
    return { node: 'compare', relation, mode: expr.quantifier ?? mode, kind, left, right };
  }

  private contains(expr: Extract<Expr, { kind: 'contains' }>): Test {
    const left = this.fieldTerm(expr.left, filterMessage('filter.place.contains'));
    if (!['bytes', 'protocol', 'string', 'ether'].includes(left.kind)) {
      refuse('type', filterMessage('filter.contains-left', { kind: kindName(left.kind) }), expr.left.span);
    }
    const kind = left.kind === 'string' ? 'string' : 'bytes';
    const right = this.termOf(expr.right, kind, undefined);
    this.together({ ...left, kind } as Term, right, expr.left, expr.right);
    return { node: 'contains', mode: expr.quantifier ?? 'any', kind, left, right };
  }

  private matches(expr: Extract<Expr, { kind: 'matches' }>): Test {
    const left = this.fieldTerm(expr.left, filterMessage('filter.place.matches'));
    if (!['bytes', 'protocol', 'string', 'ether'].includes(left.kind)) {
      refuse('type', filterMessage('filter.matches-left', { kind: kindName(left.kind) }), expr.left.span);
    }
    if (expr.right.kind !== 'string') {
      refuse('type', filterMessage('filter.matches-right'), expr.right.span);
    }
    const pattern = this.pattern(expr.right.bytes, left.kind === 'string', expr.right.span);
    return { node: 'matches', mode: expr.quantifier ?? 'any', left, pattern };
  }

  /**
   * Case does not matter unless the expression starts with `(?-i)`; `^` and `$` are the ends of the whole text, and
   * a dot takes any character but a line feed. Bytes are matched one character a byte.
   */
  private pattern(bytes: Uint8Array, isText: boolean, span: Span): Pattern {
    const source = isText ? new TextDecoder('utf-8').decode(bytes) : fromLatin1(bytes);
    const compiled = compilePattern(source, { ignoreCase: true });
    if (!compiled.ok) return refuse('value', compiled.error.message, span);
    this.patternSteps += compiled.value.steps;
    if (this.patternSteps > MAX_PATTERN_STEPS) {
      return refuse('value', filterMessage('filter.patterns-too-large'), span);
    }
    return compiled.value;
  }

  private membership(expr: Extract<Expr, { kind: 'in' }>): Test {
    const left = this.fieldTerm(expr.left, filterMessage('filter.place.in'));
    if (left.node !== 'field' && left.node !== 'slice') {
      refuse('type', filterMessage('filter.in-left'), expr.left.span);
    }
    this.refuseNoValue(left, expr.left.span);
    const items = expr.items.map((item) => {
      const low = this.termLike(item.low, left);
      const kind = this.together(left, low, expr.left, item.low);
      if (item.high === undefined) return { kind, low };
      const high = this.termLike(item.high, left);
      this.together(left, high, expr.left, item.high);
      return { kind, low, high };
    });
    return { node: 'in', mode: expr.quantifier ?? 'any', left, items };
  }

  private refuseNoValue(term: Term, span: Span): void {
    if (term.kind === 'none') refuse('type', filterMessage('filter.no-value-exists'), span);
  }

  private together(left: Term, right: Term, leftEntity: Entity, rightEntity: Entity): FieldKind {
    const kind = commonKind(left.kind, right.kind);
    if (kind !== undefined) return kind;
    const kinds = { left: kindName(left.kind), right: kindName(right.kind) };
    refuse('type', filterMessage('filter.not-comparable', kinds), {
      start: Math.min(leftEntity.span.start, rightEntity.span.start),
      end: Math.max(leftEntity.span.end, rightEntity.span.end),
    });
  }

  /** A term that has a field in it somewhere; anything else is a mistake here. */
  private fieldTerm(entity: Entity, place: Message): Term {
    switch (entity.kind) {
      case 'word': {
        const def = this.registry.field(entity.text.replace(/^\./, ''));
        if (def !== undefined) return { node: 'field', kind: kindOf(def.type), def };
        if (/^[a-z_]/i.test(entity.text)) {
          const suggestions = nearestNames(entity.text, this.registry.fields.keys());
          refuse(
            'unknown-field',
            filterMessage('filter.unknown-field', { text: entity.text }),
            entity.span,
            suggestions,
          );
        }
        return refuse('type', filterMessage('filter.is-value', { place, text: entity.text }), entity.span);
      }
      case 'string':
      case 'char':
        return refuse('type', filterMessage('filter.this-is-value', { place }), entity.span);
      case 'layer': {
        const term = this.fieldTerm(entity.operand, place);
        if (term.node !== 'field') return refuse('type', filterMessage('filter.layer-field'), entity.span);
        return { ...term, layers: entity.ranges };
      }
      case 'slice': {
        const operand = this.fieldTerm(entity.operand, filterMessage('filter.place.sliced'));
        if (!SLICEABLE.has(operand.kind)) {
          refuse('type', filterMessage('filter.not-sliceable', { kind: kindName(operand.kind) }), entity.operand.span);
        }
        return { node: 'slice', kind: 'bytes', operand, ranges: entity.ranges };
      }
      case 'call':
        return this.call(entity);
      case 'negate': {
        const operand = this.fieldTerm(entity.operand, place);
        this.needNumber(operand, entity.operand.span, '-');
        return { node: 'negate', kind: operand.kind, operand };
      }
      case 'arithmetic':
        return this.arithmetic(entity, place);
      default:
        return unreachable(entity);
    }
  }

  private needNumber(term: Term, span: Span, op: ArithmeticOp): void {
    const isNumber = term.kind === 'int' || term.kind === 'relative-time';
    const isMaskable = term.kind === 'int' || ['bytes', 'ether', 'ipv4', 'ipv6'].includes(term.kind);
    if (op === '&' ? !isMaskable : !isNumber)
      refuse('type', filterMessage('filter.operator-kind', { operator: op, kind: kindName(term.kind) }), span);
  }

  private arithmetic(entity: Extract<Entity, { kind: 'arithmetic' }>, place: Message): Term {
    const { op } = entity;
    if (operatorsIn(entity) > MAX_OPERATORS) {
      refuse('value', filterMessage('filter.too-many-operators', { limit: MAX_OPERATORS }), entity.span);
    }
    const isRightLed = isLiteralOnly(entity.left, this.registry) && !isLiteralOnly(entity.right, this.registry);
    const [led, other] = isRightLed ? [entity.right, entity.left] : [entity.left, entity.right];
    const lead = this.fieldTerm(led, place);
    this.needNumber(lead, led.span, op);
    const follower = this.termOf(other, lead.kind, undefined);
    this.needNumber(follower, other.span, op);
    const kind = this.together(lead, follower, led, other);
    const [left, right] = isRightLed ? [follower, lead] : [lead, follower];
    return { node: 'arithmetic', kind, op, left, right };
  }

  /** The right side of a comparison: a field, or a literal read as a value of the left side's field. */
  private termLike(entity: Entity, left: Term): Term {
    return this.termOf(entity, left.kind, left.node === 'field' ? left.def : undefined);
  }

  private termOf(entity: Entity, kind: FieldKind, def: FieldDef | undefined): Term {
    switch (entity.kind) {
      case 'word': {
        const known = entity.text.startsWith(':') ? undefined : this.registry.field(entity.text.replace(/^\./, ''));
        if (known !== undefined) return { node: 'field', kind: kindOf(known.type), def: known };
        break;
      }
      case 'negate': {
        const operand = this.termOf(entity.operand, kind, undefined);
        this.needNumber(operand, entity.operand.span, '-');
        return { node: 'negate', kind: operand.kind, operand };
      }
      case 'arithmetic': {
        if (!isLiteralOnly(entity, this.registry)) return this.fieldTerm(entity, filterMessage('filter.place.here'));
        const left = this.termOf(entity.left, kind, undefined);
        const right = this.termOf(entity.right, kind, undefined);
        this.needNumber(left, entity.left.span, entity.op);
        return { node: 'arithmetic', kind, op: entity.op, left, right };
      }
      case 'string':
      case 'char':
        break;
      case 'slice':
      case 'layer':
      case 'call':
        return this.fieldTerm(entity, filterMessage('filter.place.here'));
      default:
        return unreachable(entity);
    }
    const converted = convertLiteral(entity, kind, def);
    if (converted.ok) return { node: 'constant', kind, ...converted.constant };
    const looksLikeField = entity.kind === 'word' && /^[a-z][\w-]*(\.[\w-]+)+$/i.test(entity.text);
    const suggestions = looksLikeField ? nearestNames(entity.text, this.registry.fields.keys(), 3) : [];
    return refuse('value', converted.message, entity.span, suggestions);
  }

  private call(entity: Extract<Entity, { kind: 'call' }>): Term {
    const { name } = entity;
    if (!isFunctionName(name)) {
      return refuse(
        'unknown-function',
        filterMessage('filter.unknown-function', { name }),
        entity.nameSpan,
        nearestNames(name, FUNCTION_NAMES),
      );
    }
    if (name === 'max' || name === 'min') {
      if (entity.args.length === 0) refuse('type', filterMessage('filter.needs-argument', { name }), entity.span);
      const firstArg = itemAt(entity.args, 0);
      const first = this.fieldTerm(firstArg, filterMessage('filter.place.first', { name }));
      this.refuseNoValue(first, firstArg.span);
      const args = entity.args.map((arg) => {
        return { arg, term: this.termOf(arg, first.kind, undefined) };
      });
      for (const { arg, term } of args) this.together(first, term, firstArg, arg);
      return { node: 'call', kind: first.kind, name, args: args.map(({ term }) => term) };
    }
    if (entity.args.length !== 1) refuse('type', filterMessage('filter.one-argument', { name }), entity.span);
    const [argument] = atLeast(entity.args, 1);
    const term = this.fieldTerm(argument, filterMessage('filter.place.argument', { name }));
    if (name === 'abs') {
      this.needNumber(term, argument.span, '-');
      return { node: 'call', kind: term.kind, name, args: [term] };
    }
    if (term.node !== 'field') refuse('type', filterMessage('filter.takes-field', { name }), argument.span);
    const kind = this.functionKind(name, term, argument.span);
    return { node: 'call', kind, name, args: [term] };
  }

  private functionKind(name: Exclude<FunctionName, 'max' | 'min' | 'abs'>, term: Term, span: Span): FieldKind {
    switch (name) {
      case 'len':
      case 'count':
        return 'int';
      case 'upper':
      case 'lower':
        if (term.kind !== 'string')
          refuse('type', filterMessage('filter.takes-text', { name, kind: kindName(term.kind) }), span);
        return 'string';
      case 'string':
        if (!['int', 'ether', 'ipv4', 'ipv6', 'bytes', 'guid'].includes(term.kind)) {
          refuse('type', filterMessage('filter.takes-number', { kind: kindName(term.kind) }), span);
        }
        return 'string';
      default:
        return unreachable(name);
    }
  }
}

/** A calculation has the values of each combination of occurrences: every operator may multiply them. */
const MAX_OPERATORS = 16;

function operatorsIn(entity: Entity): number {
  switch (entity.kind) {
    case 'arithmetic':
      return 1 + operatorsIn(entity.left) + operatorsIn(entity.right);
    case 'negate':
    case 'slice':
    case 'layer':
      return operatorsIn(entity.operand);
    case 'call':
      return entity.args.reduce((sum, arg) => sum + operatorsIn(arg), 0);
    case 'word':
    case 'string':
    case 'char':
      return 0;
    default:
      return unreachable(entity);
  }
}

function isLiteralOnly(entity: Entity, registry: Registry): boolean {
  switch (entity.kind) {
    case 'word':
      return registry.field(entity.text.replace(/^\./, '')) === undefined;
    case 'string':
    case 'char':
      return true;
    case 'negate':
      return isLiteralOnly(entity.operand, registry);
    case 'arithmetic':
      return isLiteralOnly(entity.left, registry) && isLiteralOnly(entity.right, registry);
    case 'slice':
    case 'layer':
    case 'call':
      return false;
    default:
      return unreachable(entity);
  }
}
