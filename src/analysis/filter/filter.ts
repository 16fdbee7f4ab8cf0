/**
 * Display filters as the rest of the program uses them: compile a text once, then ask of frames. Most frames are
 * decided by the list of their protocols alone (see `verdict`), without being dissected again.
 */
import { ok, unreachable } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { FieldDef } from '../../protocols/core/field.ts';
import type { Registry } from '../../protocols/core/registry.ts';
import type { DissectionSession } from '../../protocols/core/session.ts';
import type { FilterError } from './ast.ts';
import { checkFilter } from './check.ts';
import type { Term, Test } from './check.ts';
import { compileTest, fieldsOf } from './compile.ts';
import type { Matcher } from './compile.ts';
import { BROKEN } from './layer-index.ts';
import { parseFilter } from './parser.ts';

export class Filter {
  readonly text: string;
  private readonly registry: Registry;
  private readonly test: Test | undefined;
  private readonly matcher: Matcher | undefined;

  constructor(text: string, registry: Registry, test: Test | undefined) {
    this.text = text;
    this.registry = registry;
    this.test = test;
    this.matcher = test === undefined ? undefined : compileTest(test, registry);
  }

  /** Every field that the filter names. */
  get fields(): readonly FieldDef[] {
    return this.test === undefined ? [] : fieldsOf(this.test);
  }

  /** Dissects the frame at `index` as far as the filter needs, and decides. */
  matches(session: DissectionSession, index: number): boolean {
    if (this.matcher === undefined) return true;
    session.collect(index, this.matcher.collector);
    return this.matcher.decide();
  }

  /** Decides by the protocols of a frame alone; undefined when its fields must be looked at. */
  verdict(protocols: ReadonlySet<string>): boolean | undefined {
    return this.test === undefined ? true : this.guess(this.test, protocols);
  }

  private guess(test: Test, protocols: ReadonlySet<string>): boolean | undefined {
    switch (test.node) {
      case 'and': {
        const left = this.guess(test.left, protocols);
        if (left === false) return false;
        const right = this.guess(test.right, protocols);
        if (right === false) return false;
        return left === undefined || right === undefined ? undefined : true;
      }
      case 'or': {
        const left = this.guess(test.left, protocols);
        if (left === true) return true;
        const right = this.guess(test.right, protocols);
        if (right === true) return true;
        return left === undefined || right === undefined ? undefined : false;
      }
      case 'xor': {
        const left = this.guess(test.left, protocols);
        const right = this.guess(test.right, protocols);
        return left === undefined || right === undefined ? undefined : left !== right;
      }
      case 'not': {
        const operand = this.guess(test.operand, protocols);
        return operand === undefined ? undefined : !operand;
      }
      case 'exists':
        if (!this.canHaveValue(test.term, protocols)) return false;
        return this.isCertain(test.term, protocols) ? true : undefined;
      case 'nonzero':
        return this.canHaveValue(test.term, protocols) ? undefined : false;
      case 'compare':
      case 'contains':
        return this.canHaveValue(test.left, protocols) && this.canHaveValue(test.right, protocols) ? undefined : false;
      case 'matches':
      case 'in':
        return this.canHaveValue(test.left, protocols) ? undefined : false;
      default:
        return unreachable(test);
    }
  }

  private canHaveValue(term: Term, protocols: ReadonlySet<string>): boolean {
    switch (term.node) {
      case 'constant':
        return true;
      case 'field': {
        const owner = this.registry.ownerOf(term.def);
        if (BROKEN.includes(term.def.name)) return protocols.has(term.def.name);
        if (owner === undefined) return !term.def.name.startsWith('data') || protocols.has('data');
        if (owner.id === 'frame' || protocols.has(owner.id)) return true;
        return owner.unlistedIn.some((id) => protocols.has(id));
      }
      case 'slice':
      case 'negate':
        return this.canHaveValue(term.operand, protocols);
      case 'arithmetic':
        return this.canHaveValue(term.left, protocols) && this.canHaveValue(term.right, protocols);
      case 'call':
        return term.args.some((arg) => this.canHaveValue(arg, protocols));
      default:
        return unreachable(term);
    }
  }

  /** True for the heading of a protocol that is there. */
  private isCertain(term: Term, protocols: ReadonlySet<string>): boolean {
    if (term.node !== 'field' || term.layers !== undefined) return false;
    const owner = this.registry.ownerOf(term.def);
    if (owner?.field !== term.def || owner.unlistedIn.length > 0 || BROKEN.some((name) => protocols.has(name)))
      return false;
    return owner.id === 'frame' || protocols.has(owner.id);
  }
}

/** Reads a filter. An empty text gives the filter that lets everything pass. */
export function compileFilter(text: string, registry: Registry): Result<Filter, FilterError> {
  const parsed = parseFilter(text);
  if (!parsed.ok) return parsed;
  if (parsed.value === undefined) return ok(new Filter(text, registry, undefined));
  const checked = checkFilter(parsed.value, registry);
  return checked.ok ? ok(new Filter(text, registry, checked.value)) : checked;
}
