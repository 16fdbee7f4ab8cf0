/** What the parser makes of a display filter: words are not yet told apart into fields and values. */
import type { Message } from '../../base/sentence.ts';

/** A stretch of the filter's text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `[0:2]`, `[1-3]`, `[-1]`, `#[2]`: with `length` or `last` absent, up to the end. */
export type RangeItem =
  | { readonly kind: 'length'; readonly first: number; readonly length: number }
  | { readonly kind: 'last'; readonly first: number; readonly last: number }
  | { readonly kind: 'rest'; readonly first: number };

export type CompareOp = '==' | '!=' | '===' | '!==' | '<' | '<=' | '>' | '>=';
export type ArithmeticOp = '+' | '-' | '*' | '/' | '%' | '&';
export type Quantifier = 'any' | 'all';

export type Entity =
  /** A field, a protocol, or a value without quotes. */
  | { readonly kind: 'word'; readonly text: string; readonly span: Span }
  | { readonly kind: 'string'; readonly bytes: Uint8Array; readonly span: Span }
  | { readonly kind: 'char'; readonly code: number; readonly span: Span }
  | { readonly kind: 'slice'; readonly operand: Entity; readonly ranges: readonly RangeItem[]; readonly span: Span }
  | { readonly kind: 'layer'; readonly operand: Entity; readonly ranges: readonly RangeItem[]; readonly span: Span }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly nameSpan: Span;
      readonly args: readonly Entity[];
      readonly span: Span;
    }
  | { readonly kind: 'negate'; readonly operand: Entity; readonly span: Span }
  | {
      readonly kind: 'arithmetic';
      readonly op: ArithmeticOp;
      readonly left: Entity;
      readonly right: Entity;
      readonly span: Span;
    };

export type SetItem = { readonly low: Entity; readonly high?: Entity };

export type Expr =
  | { readonly kind: 'or' | 'xor' | 'and'; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'not'; readonly operand: Expr }
  | { readonly kind: 'exists'; readonly entity: Entity }
  | {
      readonly kind: 'compare';
      readonly op: CompareOp;
      readonly quantifier?: Quantifier;
      readonly left: Entity;
      readonly right: Entity;
    }
  | { readonly kind: 'contains'; readonly quantifier?: Quantifier; readonly left: Entity; readonly right: Entity }
  | { readonly kind: 'matches'; readonly quantifier?: Quantifier; readonly left: Entity; readonly right: Entity }
  | {
      readonly kind: 'in';
      readonly quantifier?: Quantifier;
      readonly left: Entity;
      readonly items: readonly SetItem[];
    };

export interface FilterError extends Span {
  readonly code: 'syntax' | 'unknown-field' | 'unknown-function' | 'type' | 'value';
  readonly message: Message;
  /** Nearest names, best first; empty unless a name was not known. */
  readonly suggestions: readonly string[];
}
