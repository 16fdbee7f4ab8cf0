/**
 * Who may import whom (docs/architecture.md, "Layers"). Each layer lists what it may reach; all else is an error.
 * `tools/check-layers.ts` runs it and fails when it looked at nothing.
 */
const MAY_IMPORT = {
  base: [],
  protocols: ['base'],
  scenario: ['base'],
  net: ['base', 'protocols'],
  analysis: ['base', 'protocols'],
  services: ['base', 'protocols', 'net'],
  firmware: ['base', 'protocols', 'net'],
  machine: ['base', 'protocols', 'net', 'firmware'],
  lab: ['base', 'protocols', 'net', 'services', 'firmware', 'machine', 'scenario', 'analysis'],
  app: ['base', 'protocols', 'scenario', 'analysis', 'lab'],
  ui: ['base', 'protocols', 'scenario', 'analysis', 'app'],
  cli: ['base', 'protocols', 'net', 'services', 'firmware', 'machine', 'scenario', 'lab', 'analysis'],
};

/** Packages that only some layers may use. */
const PACKAGES = {
  'react|react-dom|react-aria-components|@xyflow/react|@tanstack/react-virtual|react-resizable-panels|@xterm/xterm|codemirror|@codemirror/.*':
    ['ui'],
  'zustand|zundo|immer|idb|comlink': ['app', 'ui'],
  v86: ['machine'],
};

const layerRules = Object.entries(MAY_IMPORT).map(([layer, allowed]) => ({
  name: `layer-${layer}`,
  comment: `${layer} may import ${allowed.length > 0 ? allowed.join(', ') : 'nothing of ours'}`,
  severity: 'error',
  from: { path: `^src/${layer}/`, pathNot: '\\.test\\.tsx?$' },
  to: { path: '^(src|workers|tools|test)/', pathNot: `^src/(${[layer, ...allowed].join('|')})/` },
}));

const packageRules = Object.entries(PACKAGES).map(([packages, layers], i) => ({
  name: `package-${i}`,
  comment: `only ${layers.join(', ')} may use ${packages}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/(${layers.join('|')})/|\\.test\\.tsx?$` },
  to: { path: `^node_modules/(${packages})/` },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    ...packageRules,
    {
      name: 'node-only-in-cli',
      comment: 'Node modules belong to the command line and the tools',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/|\\.test\\.tsx?$' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'public/images' },
  },
};
