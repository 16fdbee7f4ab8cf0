/** What a TypeScript module imports: values, types, re-exports, `import()`, `import('x').T` and `new URL('x', import.meta.url)`. */
import { childrenOf, isNode, parseModule, type SyntaxNode } from '../syntax.ts';

function* nodesBelow(node: SyntaxNode): Generator<SyntaxNode> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesBelow(child);
}

function literal(value: unknown): string | undefined {
  return isNode(value) && value.type === 'Literal' && typeof value['value'] === 'string' ? value['value'] : undefined;
}

function specifierOf(node: SyntaxNode): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return literal(node['source']);
    case 'TSExternalModuleReference':
      return literal(node['expression']);
    case 'NewExpression': {
      const { callee, arguments: given } = node;
      const isUrl = isNode(callee) && callee.type === 'Identifier' && callee['name'] === 'URL';
      const [path, base] = Array.isArray(given) ? (given as unknown[]) : [];
      if (!isUrl || !isNode(base) || base.type !== 'MemberExpression') return undefined;
      const specifier = literal(path);
      return specifier?.startsWith('.') === true ? specifier : undefined;
    }
    default:
      return undefined;
  }
}

/** The specifiers as they are written, each once. Throws when the module cannot be parsed. */
export function importsOf(path: string, source: string): readonly string[] {
  const found = new Set<string>();
  for (const node of nodesBelow(parseModule(path, source))) {
    const specifier = specifierOf(node);
    if (specifier !== undefined) found.add(specifier);
  }
  return [...found];
}
