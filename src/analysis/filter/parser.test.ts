/** Proves precedence, the lexer's word rules, and that errors point at the right place. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromLatin1 } from '../../base/bytes.ts';
import type { Entity, Expr, RangeItem } from './ast.ts';
import { parseFilter } from './parser.ts';

function range(item: RangeItem): string {
  if (item.kind === 'length') return `${item.first}:${item.length}`;
  return item.kind === 'last' ? `${item.first}-${item.last}` : `${item.first}:`;
}

function showEntity(entity: Entity): string {
  switch (entity.kind) {
    case 'word':
      return entity.text;
    case 'string':
      return `"${fromLatin1(entity.bytes)}"`;
    case 'char':
      return `'${entity.code}'`;
    case 'slice':
      return `${showEntity(entity.operand)}[${entity.ranges.map(range).join()}]`;
    case 'layer':
      return `${showEntity(entity.operand)}#[${entity.ranges.map(range).join()}]`;
    case 'call':
      return `${entity.name}(${entity.args.map(showEntity).join()})`;
    case 'negate':
      return `-${showEntity(entity.operand)}`;
    case 'arithmetic':
      return `{${showEntity(entity.left)} ${entity.op} ${showEntity(entity.right)}}`;
  }
}

function show(expr: Expr | undefined): string {
  if (expr === undefined) return '';
  switch (expr.kind) {
    case 'or':
    case 'xor':
    case 'and':
      return `(${show(expr.left)} ${expr.kind} ${show(expr.right)})`;
    case 'not':
      return `!${show(expr.operand)}`;
    case 'exists':
      return showEntity(expr.entity);
    case 'compare':
      return `${expr.quantifier ?? ''}<${showEntity(expr.left)} ${expr.op} ${showEntity(expr.right)}>`;
    case 'contains':
    case 'matches':
      return `<${showEntity(expr.left)} ${expr.kind} ${showEntity(expr.right)}>`;
    case 'in': {
      const items = expr.items.map((i) => showEntity(i.low) + (i.high === undefined ? '' : `..${showEntity(i.high)}`));
      return `<${showEntity(expr.left)} in {${items.join()}}>`;
    }
  }
}

function parsed(text: string): string {
  const result = parseFilter(text);
  return result.ok ? show(result.value) : `error ${result.error.start}-${result.error.end}`;
}

describe('parseFilter', () => {
  it.each([
    ['', ''],
    ['arp || tftp && udp.port==69', '(arp or (tftp and <udp.port == 69>))'],
    ['a or b xor c and not d', '(a or (b xor (c and !d)))'],
    ['not arp == arp', '!<arp == arp>'],
    ['! arp && !udp', '(!arp and !udp)'],
    ['!(arp or udp)', '!(arp or udp)'],
    ['udp.srcport < udp.dstport < 100', '(<udp.srcport < udp.dstport> and <udp.dstport < 100>)'],
    ['all dhcp.option.type != 53', 'all<dhcp.option.type != 53>'],
    ['udp.port any_ne 67', '<udp.port !== 67>'],
    ['udp.port in {0x43, 60..67,68 .. 69}', '<udp.port in {0x43,60..67,68..69}>'],
    ['udp.port not in {67}', '!<udp.port in {67}>'],
    ['udp.port+1 == 68', '<{udp.port + 1} == 68>'],
    ['udp.port-1 == 68', '<udp.port-1 == 68>'],
    ['ip.ttl & 0x40 + 1 * 2', '{ip.ttl & {0x40 + {1 * 2}}}'],
    ['{ip.ttl + 1} == -1', '<{ip.ttl + 1} == -1>'],
    ['eth.src[0:1,4-5,-2:,:3,7] == 76-de-6f', '<eth.src[0:1,4-5,-2:,0:3,7:1] == 76-de-6f>'],
    ['ip.addr#2[0] == c0', '<ip.addr#[2:1][0:1] == c0>'],
    ['ip.addr#[-1] == 192.168.77.0/24', '<ip.addr#[-1:1] == 192.168.77.0/24>'],
    ['ipv6.addr == fe80::/10 or ipv6.addr == ::1', '(<ipv6.addr == fe80::/10> or <ipv6.addr == ::1>)'],
    [String.raw`tftp.source_file matches r"a\.b\"c"`, String.raw`<tftp.source_file matches "a\.b\"c">`],
    [String.raw`a == "\x41\102\n\"" `, '<a == "AB\n"">'],
    [String.raw`frame[0] == '\xff'`, "<frame[0:1] == '255'>"],
    ['max(udp.srcport, 100) == 100', '<max(udp.srcport,100) == 100>'],
    ['udp.port in{67}', '<udp.port in {67}>'],
  ])('reads %s', (text, tree) => {
    expect(parsed(text)).toBe(tree);
  });

  it.each([
    ['tftp and', 'error 8-8'],
    ['arp arp', 'error 4-7'],
    ['arp)', 'error 3-4'],
    ['()', 'error 1-2'],
    ['arp or or arp', 'error 7-9'],
    ['(udp.port) == 67', 'error 11-13'],
    ['udp.port = 67', 'error 9-10'],
    ['udp.port EQ 67', 'error 9-11'],
    ['any dhcp', 'error 8-8'],
    ['arp[', 'error 3-4'],
    ['arp[]', 'error 3-5'],
    ['eth.src[0:0] == 76', 'error 7-12'],
    ['arp[2-1]', 'error 3-8'],
    [String.raw`a matches "x\.y"`, 'error 12-14'],
    ['a == "open', 'error 5-10'],
    ["a == 'ab'", 'error 5-9'],
    ['ip.addr # 1', 'error 8-9'],
    ['a in {}', 'error 6-7'],
    ['a in {1,}', 'error 8-9'],
  ])('refuses %s', (text, error) => {
    expect(parsed(text)).toBe(error);
  });

  it('refuses what is nested too deeply', () => {
    expect(parsed(`${'('.repeat(3000)}arp`)).toBe('error 201-202');
  });

  it('refuses what is too long, such as a chain that would be as deep', () => {
    expect(parsed('ip or '.repeat(20_000))).toBe('error 10000-120000');
  });

  it('ends without throwing on any text', () => {
    const piece = fc.constantFrom(
      'arp',
      ' ',
      '==',
      '(',
      ')',
      '[',
      ']',
      '"',
      '\\',
      '1..2',
      '{',
      '}',
      'not',
      '#',
      '-',
      '.',
      ':',
      '&',
      'in',
      "'",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((parts) => parts.join('')),
        ),
        (text) => {
          const result = parseFilter(text);
          if (!result.ok) {
            expect(result.error.start).toBeGreaterThanOrEqual(0);
            expect(result.error.end).toBeLessThanOrEqual(text.length);
          }
        },
      ),
    );
  });
});
