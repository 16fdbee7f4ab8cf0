import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

const TEST = {
  exclude: [...configDefaults.exclude, '**/*.slow.test.ts'] as string[],
  environment: 'node',
  testTimeout: 60_000,
} as const;

/** Parts whose only state is in their objects: their tests share a process. */
const WITHOUT_STATE = [
  'src/{analysis,base,firmware,lab,lessons,machine,media,net,protocols}/**/*.test.ts',
  'test/{dnsmasq,oracle,san}/**/*.test.ts',
];

/** The quick suite: no emulator, no browser. A process that is shared loads each module once. */
export default defineConfig({
  test: {
    // Vitest leaves one processor to itself, which of two is half.
    maxWorkers: availableParallelism(),
    projects: [
      { test: { ...TEST, name: 'shared', include: WITHOUT_STATE, isolate: false } },
      {
        test: {
          ...TEST,
          name: 'apart',
          include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts', 'tools/**/*.test.ts'],
          exclude: [...TEST.exclude, ...WITHOUT_STATE],
        },
      },
    ],
  },
});
