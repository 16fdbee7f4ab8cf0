/** Holds the imports of a set of modules against the rules. */
import { posix } from 'node:path';
import { importsOf } from './imports.ts';
import { CIRCLE_DEBT, LAYERS, LONG_FILES, MAX_LINES, PACKAGES } from './rules.ts';

export interface Violation {
  readonly rule: 'layer' | 'package' | 'unresolved' | 'circle' | 'no-layer' | 'too-long' | 'crowded';
  readonly from: string;
  readonly to: string;
}

/** Sources by path from the root of the project. */
export type Sources = ReadonlyMap<string, string>;

const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path);
const layerNames = Object.keys(LAYERS).toSorted((a, b) => b.length - a.length);

function layerOf(path: string): string | undefined {
  return layerNames.find((name) => path.startsWith(`src/${name}/`));
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Strongly connected modules (Tarjan), without those that stand alone. */
function circles(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const found: string[][] = [];
  const visit = (module: string): void => {
    const index = order.size;
    order.set(module, index);
    low.set(module, index);
    stack.push(module);
    onStack.add(module);
    for (const next of graph.get(module) ?? []) {
      if (!order.has(next)) visit(next);
      if (onStack.has(next)) low.set(module, Math.min(low.get(module) ?? index, low.get(next) ?? index));
    }
    if (low.get(module) !== index) return;
    const circle = stack.splice(stack.indexOf(module));
    for (const member of circle) onStack.delete(member);
    if (circle.length > 1) found.push(circle.toSorted());
  };
  for (const module of graph.keys()) if (!order.has(module)) visit(module);
  return found;
}

/** `exists` tells whether a file that is no source of the set is there (a style sheet, an image). */
export function checkLayers(sources: Sources, exists: (path: string) => boolean): readonly Violation[] {
  const violations: Violation[] = [];
  const graph = new Map<string, readonly string[]>();
  for (const [path, source] of sources) {
    const imports: string[] = [];
    const from = layerOf(path);
    const lines = source.split('\n').length - 1;
    const allowedLines = LONG_FILES.find((file) => file.path === path)?.lines ?? MAX_LINES;
    if (lines > allowedLines && !isTest(path))
      violations.push({ rule: 'too-long', from: path, to: `${lines} lines; ${allowedLines} are allowed` });
    if (path.startsWith('src/') && from === undefined && posix.dirname(path) !== 'src')
      violations.push({ rule: 'no-layer', from: path, to: posix.dirname(path) });
    for (const specifier of importsOf(path, source)) {
      if (!specifier.startsWith('.')) {
        const name = packageOf(specifier);
        const rule = PACKAGES.find(({ packages }) => packages.test(name));
        if (from !== undefined && !isTest(path) && rule !== undefined && !rule.layers.includes(from))
          violations.push({ rule: 'package', from: path, to: name });
        continue;
      }
      const to = posix.join(posix.dirname(path), specifier.replace(/\?.*$/, ''));
      if (to.endsWith('/')) continue;
      if (!sources.has(to) && !exists(to)) violations.push({ rule: 'unresolved', from: path, to });
      if (sources.has(to)) imports.push(to);
      if (from === undefined || isTest(path)) continue;
      const target = layerOf(to);
      const startsThread = to.startsWith('workers/') && (from === 'page' || from.startsWith('threads/'));
      if (target === from || startsThread) continue;
      const allowed = LAYERS[from] ?? [];
      if (target === undefined || !allowed.includes(target)) violations.push({ rule: 'layer', from: path, to });
    }
    if (!isTest(path)) graph.set(path, imports);
  }
  for (const circle of circles(graph)) {
    const debt = CIRCLE_DEBT.find(
      ({ folder, modules }) => circle.length <= modules && circle.every((path) => path.startsWith(`${folder}/`)),
    );
    if (debt === undefined) violations.push({ rule: 'circle', from: circle[0] ?? '', to: circle.slice(1).join(', ') });
  }
  return violations;
}
