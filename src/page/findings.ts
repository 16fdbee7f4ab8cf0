/** What looks wrong in the shown lab or capture: kept for the whole page, as the Story panel lists it and its tab counts it. */
import { create } from 'zustand';
import type { Finding } from '../analysis/story/findings/judge.ts';

export const useFindings = create<{ readonly list: readonly Finding[] }>()(() => ({ list: [] }));
