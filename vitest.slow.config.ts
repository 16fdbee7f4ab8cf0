import { defineConfig } from 'vitest/config';

/** Real boots in the emulator and journeys in the browser: one file at a time, because each fills the machine. */
export default defineConfig({
  test: {
    include: ['src/**/*.slow.test.ts', 'test/**/*.slow.test.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 600_000,
  },
});
