import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

const TEST = {
  exclude: [...configDefaults.exclude, '**/*.slow.test.ts'] as string[],
  environment: 'node',
  testTimeout: 60_000,
} as const;

/** Parts of the page keep their state in stores, which are there once in a process. */
const WITH_STORES = ['src/{page,ui}/**/*.test.{ts,tsx}', 'test/{page,journeys}/**/*.test.ts'];

/**
 * The quick suite: no emulator, no browser. The parts of the lab have no state but in their objects, so that their tests
 * share a process, which loads each module once.
 */
export default defineConfig({
  test: {
    // Vitest leaves one processor to itself, which of two is half.
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          ...TEST,
          name: 'lab',
          include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts', 'tools/**/*.test.ts'],
          exclude: [...TEST.exclude, ...WITH_STORES],
          isolate: false,
        },
      },
      { test: { ...TEST, name: 'page', include: WITH_STORES } },
    ],
  },
});
