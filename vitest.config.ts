import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

/**
 * The quick suite: no emulator, no browser. Its files share the processes, which so load each module once: a test that
 * changes what is kept between files (a store of the page, an environment variable) puts it back.
 */
export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts', 'tools/**/*.test.ts'],
    exclude: [...configDefaults.exclude, '**/*.slow.test.ts'],
    environment: 'node',
    testTimeout: 60_000,
    isolate: false,
    // Vitest leaves one processor to itself, which of two is half.
    maxWorkers: availableParallelism(),
    // Another order in each run shows what one file leaves behind for the next.
    sequence: { shuffle: { files: true } },
  },
});
