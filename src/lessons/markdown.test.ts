/** What lessons are written in: a tree of text, and nothing that a browser would run. */
import { describe, expect, it } from 'vitest';
import { parseMarkdown, plainText } from './markdown.ts';

describe('the Markdown of lessons', () => {
  it('has paragraphs, lists, code and links', () => {
    expect(
      parseMarkdown(
        'One *two*\n**three** `a*b*`.\n\n- [list](panel:packets)\n  goes on\n- [x](term:tftp)\n\n1. a\n\n```\n*raw*\n```',
      ),
    ).toEqual([
      {
        kind: 'paragraph',
        inlines: [
          { kind: 'text', text: 'One ' },
          { kind: 'em', inlines: [{ kind: 'text', text: 'two' }] },
          { kind: 'text', text: ' ' },
          { kind: 'strong', inlines: [{ kind: 'text', text: 'three' }] },
          { kind: 'text', text: ' ' },
          { kind: 'code', text: 'a*b*' },
          { kind: 'text', text: '.' },
        ],
      },
      {
        kind: 'list',
        ordered: false,
        items: [
          [
            { kind: 'panel', id: 'packets', text: 'list' },
            { kind: 'text', text: ' goes on' },
          ],
          [{ kind: 'term', id: 'tftp', text: 'x' }],
        ],
      },
      { kind: 'list', ordered: true, items: [[{ kind: 'text', text: 'a' }]] },
      { kind: 'code', text: '*raw*' },
    ]);
  });

  it('links to the help of fields, with a value where it depends on one', () => {
    expect(parseMarkdown('[60](field:dhcp.option.type == 60), [who](field:dhcp.ip.your)')).toEqual([
      {
        kind: 'paragraph',
        inlines: [
          { kind: 'field', id: 'dhcp.option.type == 60', text: '60' },
          { kind: 'text', text: ', ' },
          { kind: 'field', id: 'dhcp.ip.your', text: 'who' },
        ],
      },
    ]);
  });

  it('gives the words alone', () => {
    expect(plainText('See `pc1` in [Packets](panel:packets), **at once**.')).toBe('See pc1 in Packets, at once.');
  });

  it('leaves HTML, other links and single stars as they are', () => {
    const text = '<img src=x onerror=alert(1)> [a](https://example.org) [b](javascript:alert) 2 * 3 * 4';
    expect(parseMarkdown(text)).toEqual([{ kind: 'paragraph', inlines: [{ kind: 'text', text }] }]);
  });

  it('takes a time in proportion to the text', () => {
    for (const piece of ['*', '**', '`', '[', '[a](', '*a ', '- ', '```\n'])
      expect(parseMarkdown(piece.repeat(8000 / piece.length)).length).toBeGreaterThan(0);
  });
});
