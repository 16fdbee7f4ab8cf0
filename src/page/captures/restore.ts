/** Whether this browser keeps captures: the page does not open a database to find none. */
import { HAS_CAPTURES } from './capture-store.ts';
import { isFramed, storageOf } from '../document/kept/browser-labs.ts';

export async function restoreCaptures(): Promise<void> {
  if (isFramed()) return;
  try {
    if (storageOf('localStorage')?.getItem(HAS_CAPTURES) !== '1') return;
  } catch {
    return;
  }
  const { listKept } = await import('./captures.ts');
  await listKept();
}
