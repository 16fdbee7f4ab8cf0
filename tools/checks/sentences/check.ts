/** Looks for English sentences in the code, outside the catalogues from which the page takes its texts in each language. */
import { childrenOf, isNode, parseModule, type SyntaxNode } from '../syntax.ts';
import { CATALOGUE_NAME, CATALOGUES, OWN_WORDS, UNSEEN } from './rules.ts';

export interface SentenceHit {
  readonly line: number;
  readonly text: string;
}

/** Three words in a row with blanks between them: what only a person reads. */
const SENTENCE = /(?<![\w-])[A-Za-z][a-z’']* (?:[A-Za-z]?[a-z’']+|\{\}),? [a-z’']{2,}(?![\w-])/;

const nameOf = (node: unknown): unknown => (isNode(node) ? (node['name'] ?? node['value']) : undefined);

/** The name of a function, or of a method. */
const calleeOf = (node: unknown): unknown => nameOf(isNode(node) && isNode(node['property']) ? node['property'] : node);

/** `{ en: …, fr: … }`: a text in every language. */
function isTranslated(node: SyntaxNode): boolean {
  const { type, properties } = node;
  if (type !== 'ObjectExpression' || !Array.isArray(properties)) return false;
  const keys = properties.map((property) => (isNode(property) ? nameOf(property['key']) : undefined));
  return keys.includes('en') && keys.includes('fr');
}

/** Tables of a part's texts, and code whose strings no person reads: broken invariants and types. */
function isExempt(node: SyntaxNode): boolean {
  switch (node.type) {
    case 'ThrowStatement':
    case 'TSLiteralType':
    case 'TSTemplateLiteralType':
    case 'ImportDeclaration':
      return true;
    case 'CallExpression':
    case 'NewExpression':
      return UNSEEN.includes(String(calleeOf(node['callee'])));
    case 'Property':
      return nameOf(node['key']) === 'texts';
    case 'VariableDeclarator':
      return CATALOGUE_NAME.test(String(nameOf(node['id'])));
    default:
      return isTranslated(node);
  }
}

/** The text of a string, a template (`{}` for what is put in) or JSX. */
function textOf(node: SyntaxNode): string | undefined {
  switch (node.type) {
    case 'Literal':
    case 'JSXText':
      return typeof node['value'] === 'string' ? node['value'] : undefined;
    case 'TemplateLiteral': {
      const pieces = Array.isArray(node['quasis']) ? (node['quasis'] as readonly unknown[]) : [];
      return pieces
        .map((piece) => (isNode(piece) ? (piece['value'] as { readonly cooked: string }).cooked : ''))
        .join('{}');
    }
    default:
      return undefined;
  }
}

function* sentencesBelow(node: SyntaxNode): Generator<SyntaxNode> {
  if (isExempt(node)) return;
  const text = textOf(node);
  if (text !== undefined && SENTENCE.test(text)) yield node;
  for (const child of childrenOf(node)) yield* sentencesBelow(child);
}

/** Sentences of a module of `src` that no catalogue has. */
export function checkSentences(path: string, source: string): readonly SentenceHit[] {
  if (CATALOGUES.test(path) || OWN_WORDS.some(({ paths }) => paths.test(path))) return [];
  return [...sentencesBelow(parseModule(path, source))].map((node) => ({
    line: source.slice(0, node.start).split('\n').length,
    text: (textOf(node) ?? '').replace(/\s+/g, ' '),
  }));
}
