import { configDefaults, defineConfig } from 'vitest/config';

/** The quick suite: no emulator, no browser. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts', 'tools/**/*.test.ts'],
    exclude: [...configDefaults.exclude, '**/*.slow.test.ts'],
    environment: 'node',
    testTimeout: 60_000,
  },
});
