/** The timers of the page, for code that gets its clock as a parameter. */
import type { Every } from './watchdog.ts';

export const tickEvery: Every = (ms, action) => {
  const timer = setInterval(action, ms);
  return () => clearInterval(timer);
};

export async function pauseMs(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
