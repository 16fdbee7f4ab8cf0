import { defineConfig } from 'vitest/config';

const TEST = { environment: 'node', testTimeout: 900_000, hookTimeout: 600_000 } as const;

/**
 * Real boots in the emulator, two files at a time: their clock is the lab's, so that they only take longer beside each
 * other. Then journeys in the browser, one at a time, because each fills the machine.
 */
export default defineConfig({
  test: {
    globalSetup: 'test/support/once/run-folder.ts',
    projects: [
      {
        test: {
          ...TEST,
          name: 'boots',
          include: ['src/**/*.slow.test.ts', 'test/**/*.slow.test.ts'],
          exclude: ['test/journeys/**', 'node_modules/**'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...TEST,
          name: 'journeys',
          include: ['test/journeys/**/*.slow.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
