/**
 * Parses display filters by recursive descent. From weak to strong: or, xor, and, not, a test; within a test:
 * bitwise and, sum, product, minus. `a < b < c` is `a < b and b < c`.
 */
import { itemAt } from '../../base/lists/list.ts';
import { err, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { Message } from '../../base/sentence.ts';
import type {
  ArithmeticOp,
  CompareOp,
  Entity,
  Expr,
  FilterError,
  Quantifier,
  RangeItem,
  SetItem,
  Span,
} from './ast.ts';
import { tokenize } from './lexer.ts';
import type { Keyword, Punctuation, Token } from './lexer.ts';
import { filterMessage } from './messages.ts';

/** Thrown inside this file only, turned into a value by `parseFilter`. */
class SyntaxFailure extends Error {
  readonly says: Message;
  readonly span: Span;
  constructor(says: Message, span: Span) {
    super(says.text);
    this.says = says;
    this.span = span;
  }
}

/** Longer than any person writes: a chain of tests is as deep as it is long. */
const MAX_CHARS = 10_000;
/** Deeper nesting than any person writes; keeps hostile input from exhausting the stack. */
const MAX_DEPTH = 200;

/** The tree of a filter, or undefined for an empty one, which lets everything pass. */
export function parseFilter(text: string): Result<Expr | undefined, FilterError> {
  if (text.length > MAX_CHARS) {
    const message = filterMessage('filter.too-long', { count: text.length, limit: MAX_CHARS });
    return err({ code: 'syntax', message, start: MAX_CHARS, end: text.length, suggestions: [] });
  }
  const tokens = tokenize(text);
  if (!tokens.ok) return tokens;
  if (tokens.value.length === 1) return ok(undefined);
  try {
    return ok(new Parser(text, tokens.value).whole());
  } catch (failure) {
    if (!(failure instanceof SyntaxFailure)) throw failure;
    const { start, end } = failure.span;
    return err({ code: 'syntax', message: failure.says, start, end, suggestions: [] });
  }
}

class Parser {
  private readonly text: string;
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;

  constructor(text: string, tokens: readonly Token[]) {
    this.text = text;
    this.tokens = tokens;
  }

  whole(): Expr {
    const expr = this.or();
    if (this.peek().kind !== 'end') this.unexpected();
    return expr;
  }

  private peek(): Token {
    return itemAt(this.tokens, this.at);
  }

  private unexpected(): never {
    const token = this.peek();
    if (token.kind === 'end') throw new SyntaxFailure(filterMessage('filter.ends-early'), token);
    const shown = this.text.slice(token.start, token.end);
    const isGroupedValue = token.kind === 'compare' && this.tokens[this.at - 1]?.kind === 'punctuation';
    const id = isGroupedValue ? 'filter.unexpected-group' : 'filter.unexpected';
    throw new SyntaxFailure(filterMessage(id, { text: shown }), token);
  }

  private isMark(text: Punctuation): boolean {
    const token = this.peek();
    return token.kind === 'punctuation' && token.text === text;
  }

  private acceptMark(text: Punctuation): boolean {
    if (!this.isMark(text)) return false;
    this.at++;
    return true;
  }

  private expectMark(text: Punctuation): Token {
    const token = this.peek();
    if (!this.acceptMark(text)) this.unexpected();
    return token;
  }

  private acceptWord(keyword: Keyword): boolean {
    const token = this.peek();
    if (token.kind !== 'keyword' || token.keyword !== keyword) return false;
    this.at++;
    return true;
  }

  private nested<T>(parse: () => T): T {
    if (++this.depth > MAX_DEPTH) throw new SyntaxFailure(filterMessage('filter.too-deep'), this.peek());
    const value = parse();
    this.depth--;
    return value;
  }

  private or(): Expr {
    let left = this.xor();
    while (this.acceptWord('or')) left = { kind: 'or', left, right: this.xor() };
    return left;
  }

  private xor(): Expr {
    let left = this.and();
    while (this.acceptWord('xor')) left = { kind: 'xor', left, right: this.and() };
    return left;
  }

  private and(): Expr {
    let left = this.not();
    while (this.acceptWord('and')) left = { kind: 'and', left, right: this.not() };
    return left;
  }

  private not(): Expr {
    if (this.acceptWord('not')) return this.nested(() => ({ kind: 'not', operand: this.not() }));
    if (this.isMark('(')) {
      this.at++;
      const inner = this.nested(() => this.or());
      this.expectMark(')');
      return inner;
    }
    return this.test();
  }

  private quantifier(): Quantifier | undefined {
    if (this.acceptWord('any')) return 'any';
    if (this.acceptWord('all')) return 'all';
    return undefined;
  }

  private test(): Expr {
    const quantifier = this.quantifier();
    const quantified = quantifier === undefined ? {} : { quantifier };
    const left = this.entity();
    const token = this.peek();
    if (token.kind === 'compare') return this.comparisons(left, quantified);
    if (token.kind === 'keyword') {
      switch (token.keyword) {
        case 'contains':
        case 'matches': {
          this.at++;
          return { kind: token.keyword, ...quantified, left, right: this.entity() };
        }
        case 'in':
          this.at++;
          return { kind: 'in', ...quantified, left, items: this.set() };
        case 'not': {
          const next = this.tokens[this.at + 1];
          if (next?.kind !== 'keyword' || next.keyword !== 'in') break;
          this.at += 2;
          return { kind: 'not', operand: { kind: 'in', ...quantified, left, items: this.set() } };
        }
        case 'and':
        case 'or':
        case 'xor':
        case 'any':
        case 'all':
          break;
      }
    }
    if (quantifier !== undefined) {
      if (token.kind === 'end') this.unexpected();
      throw new SyntaxFailure(filterMessage('filter.no-comparison', { quantifier }), token);
    }
    return { kind: 'exists', entity: left };
  }

  private comparisons(first: Entity, quantified: { quantifier?: Quantifier }): Expr {
    let left = first;
    let chain: Expr | undefined;
    for (let token = this.peek(); token.kind === 'compare'; token = this.peek()) {
      const op: CompareOp = token.op;
      this.at++;
      const right = this.entity();
      const one: Expr = { kind: 'compare', op, ...quantified, left, right };
      chain = chain === undefined ? one : { kind: 'and', left: chain, right: one };
      left = right;
    }
    return chain ?? this.unexpected();
  }

  private set(): readonly SetItem[] {
    this.expectMark('{');
    const items: SetItem[] = [];
    do {
      const low = this.entity();
      items.push(this.acceptMark('..') ? { low, high: this.entity() } : { low });
    } while (this.acceptMark(','));
    this.expectMark('}');
    return items;
  }

  private entity(): Entity {
    let left = this.sum();
    while (this.isMark('&')) left = this.binary('&', left, () => this.sum());
    return left;
  }

  private sum(): Entity {
    let left = this.product();
    for (;;) {
      if (this.isMark('+')) left = this.binary('+', left, () => this.product());
      else if (this.isMark('-')) left = this.binary('-', left, () => this.product());
      else return left;
    }
  }

  private product(): Entity {
    let left = this.unary();
    for (;;) {
      if (this.isMark('*')) left = this.binary('*', left, () => this.unary());
      else if (this.isMark('/')) left = this.binary('/', left, () => this.unary());
      else if (this.isMark('%')) left = this.binary('%', left, () => this.unary());
      else return left;
    }
  }

  private binary(op: ArithmeticOp, left: Entity, parseRight: () => Entity): Entity {
    this.at++;
    const right = parseRight();
    return { kind: 'arithmetic', op, left, right, span: { start: left.span.start, end: right.span.end } };
  }

  private unary(): Entity {
    const { start } = this.peek();
    if (this.acceptMark('+')) return this.nested(() => this.unary());
    if (this.acceptMark('-')) {
      const operand = this.nested(() => this.unary());
      return { kind: 'negate', operand, span: { start, end: operand.span.end } };
    }
    return this.postfix(this.primary());
  }

  private primary(): Entity {
    const token = this.peek();
    const span: Span = { start: token.start, end: token.end };
    if (token.kind === 'string') {
      this.at++;
      return { kind: 'string', bytes: token.bytes, span };
    }
    if (token.kind === 'char') {
      this.at++;
      return { kind: 'char', code: token.code, span };
    }
    if (this.acceptMark('{')) {
      const inner = this.nested(() => this.entity());
      this.expectMark('}');
      return inner;
    }
    if (token.kind !== 'word') this.unexpected();
    this.at++;
    if (!this.isMark('(')) return { kind: 'word', text: token.text, span };
    this.at++;
    const args: Entity[] = [];
    if (!this.isMark(')')) {
      do args.push(this.nested(() => this.entity()));
      while (this.acceptMark(','));
    }
    const { end } = this.expectMark(')');
    return { kind: 'call', name: token.text, nameSpan: span, args, span: { start: span.start, end } };
  }

  private postfix(operand: Entity): Entity {
    let entity = operand;
    if (entity.kind === 'word' && this.acceptMark('#')) {
      const token = this.peek();
      if (token.kind !== 'range') this.unexpected();
      this.at++;
      entity = {
        kind: 'layer',
        operand: entity,
        ranges: parseRanges(token.text, token),
        span: { start: entity.span.start, end: token.end },
      };
    }
    for (let token = this.peek(); token.kind === 'range'; token = this.peek()) {
      this.at++;
      entity = {
        kind: 'slice',
        operand: entity,
        ranges: parseRanges(token.text, token),
        span: { start: entity.span.start, end: token.end },
      };
    }
    return entity;
  }
}

function parseRanges(text: string, span: Span): readonly RangeItem[] {
  return text.split(',').map((item) => parseRange(item.trim(), span));
}

function parseRange(text: string, span: Span): RangeItem {
  const parts = /^(-?\d+)?(?:\s*([:-])\s*(-?\d+)?)?$/.exec(text);
  if (parts === null || text === '') throw new SyntaxFailure(filterMessage('filter.range-form', { text }), span);
  const [, from, mark, to] = parts;
  const first = Number(from ?? 0);
  if (mark === undefined) return { kind: 'length', first, length: 1 };
  if (to === undefined) {
    if (mark === '-') throw new SyntaxFailure(filterMessage('filter.range-no-last', { text }), span);
    return { kind: 'rest', first };
  }
  if (mark === ':') {
    if (Number(to) <= 0) throw new SyntaxFailure(filterMessage('filter.range-empty', { text }), span);
    return { kind: 'length', first, length: Number(to) };
  }
  if (from === undefined) throw new SyntaxFailure(filterMessage('filter.range', { text }), span);
  if (first >= 0 === Number(to) >= 0 && first > Number(to)) {
    throw new SyntaxFailure(filterMessage('filter.range-backward', { text }), span);
  }
  return { kind: 'last', first, last: Number(to) };
}
