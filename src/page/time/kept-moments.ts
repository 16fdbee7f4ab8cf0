/** Keyframes as the page shows them: up to which moments the PCs of the lab can be played back, and what went wrong with them. */
import { create } from 'zustand';
import type { KeyframeNews } from '../../threads/api/lab-api.ts';
import { notify } from '../store.ts';

export const useKeptMoments = create<{ readonly timesNs: readonly number[] }>()(() => ({ timesNs: [] }));

export function hearOfKeyframes(news: KeyframeNews): void {
  switch (news.kind) {
    case 'kept':
      useKeptMoments.setState({ timesNs: news.timesNs });
      break;
    case 'not-stored':
      notify({ id: 'kept.notStored', parameters: { reason: news.reason } });
      break;
    case 'no-memory':
    case 'damaged':
      notify({ id: `kept.${news.kind}`, parameters: { machine: news.machine } });
      break;
    case 'unreadable':
    case 'not-shipped':
      notify({ id: `kept.${news.kind}`, parameters: { machine: news.machine, reason: news.reason } });
      break;
  }
}
