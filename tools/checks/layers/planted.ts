/** Violations of each kind, planted into a small tree: a check that misses one of them checks nothing. */
import { checkLayers, type Violation } from './check.ts';
import { checkRooms } from './rooms.ts';
import { MAX_FILES } from './rules.ts';

interface Plant {
  readonly name: string;
  readonly path: string;
  readonly source: string;
  readonly rule: Violation['rule'];
}

const CLEAN: Readonly<Record<string, string>> = {
  'src/base/bytes.ts': 'export type Bytes = Uint8Array;\n',
  'src/lab/lab.ts': "import type { Bytes } from '../base/bytes.ts';\nexport type Lab = Bytes;\n",
  'src/page/store.ts': "import { create } from 'zustand';\nexport const store = create;\n",
};

const PLANTS: readonly Plant[] = [
  {
    name: 'a value of a higher layer',
    path: 'src/base/a.ts',
    source: "import { l } from '../lab/lab.ts';\nl();",
    rule: 'layer',
  },
  {
    name: 'a type of a higher layer',
    path: 'src/base/a.ts',
    source: "import type { Lab } from '../lab/lab.ts';\nexport type A = Lab;",
    rule: 'layer',
  },
  {
    name: "import('x').T",
    path: 'src/base/a.ts',
    source: "export type A = import('../lab/lab.ts').Lab;",
    rule: 'layer',
  },
  { name: 'import()', path: 'src/base/a.ts', source: "void import('../lab/lab.ts');", rule: 'layer' },
  { name: 'a re-export', path: 'src/base/a.ts', source: "export * from '../lab/lab.ts';", rule: 'layer' },
  {
    name: 'double quotes in a component',
    path: 'src/ui/a.tsx',
    source: 'import { l } from "../lab/lab.ts";\nexport const A = () => <b>{l}</b>;',
    rule: 'layer',
  },
  {
    name: 'the page in a thread',
    path: 'src/threads/lab/a.ts',
    source: "import { store } from '../../page/store.ts';\nstore();",
    rule: 'layer',
  },
  {
    name: 'a package of the page in the lab',
    path: 'src/lab/a.ts',
    source: "import { create } from 'zustand';\ncreate();",
    rule: 'package',
  },
  {
    name: 'a file of such a package',
    path: 'src/net/a.ts',
    source: "import { createRoot } from 'react-dom/client';\ncreateRoot();",
    rule: 'package',
  },
  { name: 'v86 outside the machine', path: 'src/lab/a.ts', source: "import type { V86 } from 'v86';", rule: 'package' },
  {
    name: 'a module of Node',
    path: 'src/net/a.ts',
    source: "import { readFileSync } from 'node:fs';\nreadFileSync('');",
    rule: 'package',
  },
  { name: 'a path to nothing', path: 'src/lab/a.ts', source: "export * from './not-there.ts';", rule: 'unresolved' },
  {
    name: 'a circle',
    path: 'src/base/bytes.ts',
    source: "import type { C } from './c.ts';\nexport type Bytes = C;",
    rule: 'circle',
  },
  { name: 'a long file', path: 'src/base/a.ts', source: 'export {};\n'.repeat(451), rule: 'too-long' },
  { name: 'a folder that is no layer', path: 'src/misc/a.ts', source: 'export {};', rule: 'no-layer' },
];

/** A room that is full, one with a file too many, and one whose tests and recordings do not count. */
function testRooms(): readonly string[] {
  const files = (folder: string, count: number, ending = 'ts'): readonly string[] =>
    Array.from({ length: count }, (_, index) => `${folder}/${index}.${ending}`);
  const full = [
    ...files('src/a', MAX_FILES),
    ...files('src/a', MAX_FILES, 'test.ts'),
    ...files('test/fixtures/cases', 2 * MAX_FILES, 'json'),
  ];
  const wrong = checkRooms(full).map(({ from }) => `reported without reason: ${from}`);
  const found = checkRooms([...full, 'src/a/one-more.module.css']);
  return found.length === 1 && found[0]?.rule === 'crowded' ? wrong : [...wrong, 'not found: a crowded folder'];
}

/** What the check missed, or reported without reason; empty when it can be relied on. */
export function testTheCheck(): readonly string[] {
  const clean = new Map(Object.entries(CLEAN));
  const wrong = checkLayers(clean, () => false).map(({ from, to }) => `reported without reason: ${from} -> ${to}`);
  const missed = PLANTS.filter(({ path, source, rule }) => {
    const tree = new Map(clean).set(
      'src/base/c.ts',
      "import type { Bytes } from './bytes.ts';\nexport type C = Bytes;\n",
    );
    return !checkLayers(tree.set(path, source), () => false).some((found) => found.rule === rule);
  });
  return [...wrong, ...missed.map(({ name }) => `not found: ${name}`), ...testRooms()];
}
