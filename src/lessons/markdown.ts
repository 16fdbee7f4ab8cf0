/**
 * The part of Markdown that lessons are written in: paragraphs, lists, fenced code, *emphasis*, **strong**, `code`, and
 * links to panels (`panel:packets`), terms (`term:tftp`) and the help of fields (`field:dhcp.option.type == 60`). All
 * else is text as it is. The result is a tree, never HTML, so that a stranger's lesson can show nothing but text.
 */

type Link = 'panel' | 'term' | 'field';

export type Inline =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'em' | 'strong'; readonly inlines: readonly Inline[] }
  | { readonly kind: Link; readonly id: string; readonly text: string };

export type Block =
  | { readonly kind: 'paragraph'; readonly inlines: readonly Inline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: 'code'; readonly text: string };

const ITEM = /^\s{0,3}(?:[-*]|(\d{1,3})\.)\s+(.*)$/;
const FENCE = /^```/;

/** Each pattern consumes at least one character and holds none of its own delimiters, so the time is linear. */
const INLINE = new RegExp(
  [
    '`([^`\\n]+)`',
    '\\[([^\\]\\n]{1,200})\\]\\((?:(panel|term):([a-z][a-z0-9-]{0,39})|field:([a-z][a-z0-9_.]{0,59}(?: == [a-z0-9]{1,20})?))\\)',
    '\\*\\*([^*]+)\\*\\*',
    '\\*([^*\\s](?:[^*]*[^*\\s])?)\\*',
  ].join('|'),
  'g',
);

export function parseInlines(text: string): readonly Inline[] {
  const out: Inline[] = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, label, link, id, field, strong, em] = match;
    if (match.index > at) out.push({ kind: 'text', text: text.slice(at, match.index) });
    if (code !== undefined) out.push({ kind: 'code', text: code });
    else if (strong !== undefined) out.push({ kind: 'strong', inlines: parseInlines(strong) });
    else if (em !== undefined) out.push({ kind: 'em', inlines: parseInlines(em) });
    else if (label !== undefined && field !== undefined) out.push({ kind: 'field', id: field, text: label });
    else if (label !== undefined && id !== undefined)
      out.push({ kind: link === 'panel' ? 'panel' : 'term', id, text: label });
    at = match.index + whole.length;
  }
  if (at < text.length) out.push({ kind: 'text', text: text.slice(at) });
  return out;
}

/** The words alone, for where there are no elements. */
export function plainText(text: string): string {
  const words = (inlines: readonly Inline[]): string =>
    inlines.map((inline) => ('inlines' in inline ? words(inline.inlines) : inline.text)).join('');
  return words(parseInlines(text));
}

export function parseMarkdown(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  let list: { readonly ordered: boolean; readonly items: string[] } | undefined;
  const end = (): void => {
    if (paragraph.length > 0) blocks.push({ kind: 'paragraph', inlines: parseInlines(paragraph.join(' ')) });
    if (list !== undefined)
      blocks.push({ kind: 'list', ordered: list.ordered, items: list.items.map((item) => parseInlines(item)) });
    paragraph = [];
    list = undefined;
  };
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const item = ITEM.exec(line);
    if (FENCE.test(line)) {
      end();
      const close = lines.findIndex((other, at) => at > i && FENCE.test(other));
      const last = close < 0 ? lines.length : close;
      blocks.push({ kind: 'code', text: lines.slice(i + 1, last).join('\n') });
      i = last;
    } else if (line.trim() === '') end();
    else if (item !== null) {
      const ordered = item[1] !== undefined;
      if (list === undefined || list.ordered !== ordered) {
        end();
        list = { ordered, items: [] };
      }
      list.items.push(item[2] ?? '');
    } else if (list === undefined) paragraph.push(line.trim());
    else list.items.push(`${list.items.pop() ?? ''} ${line.trim()}`);
  }
  end();
  return blocks;
}
