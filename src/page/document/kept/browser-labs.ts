/** The reader's labs in this browser: its storages, other tabs, and the moments at which a page may go away. */
import { toHex } from '../../../base/bytes.ts';
import { calendarMs, waitMs } from '../../../threads/api/host.ts';
import { translate } from '../../i18n/index.ts';
import { useView } from '../../store.ts';
import { LabLibrary, type LibraryHost } from './lab-library.ts';
import type { LabStorage } from './stored-labs.ts';
import { placeMemory, type PlaceMemory } from './tab-place.ts';
import { UnsavedLabs } from './unsaved-labs.ts';

const CHANNEL = 'netboot-lab.labs';
const ID_BYTES = 12;

/** In a frame of another page, which may be anyone's. */
export function isFramed(): boolean {
  return window.parent !== window;
}

/** Random, so that no two tabs or devices choose the same. */
function newId(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(ID_BYTES)));
}

/** A storage of the browser; undefined where access is denied. */
export function storageOf(kind: 'localStorage' | 'sessionStorage'): Storage | undefined {
  try {
    return window[kind];
  } catch {
    return undefined;
  }
}

export interface BrowserLabs {
  readonly library: LabLibrary;
  readonly place: PlaceMemory;
  readonly oldStorage: Storage | undefined;
}

export function browserLabs(parted: LibraryHost['parted']): BrowserLabs {
  const channel = isFramed() ? undefined : new BroadcastChannel(CHANNEL);
  const localStorage = isFramed() ? undefined : storageOf('localStorage');
  const library = new LabLibrary({
    storage: lazyStorage(),
    unsaved: new UnsavedLabs(localStorage),
    writer: newId(),
    nowMs: calendarMs,
    newId,
    wordForCopy: () => translate(useView.getState().language, 'labs.copy'),
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origin
    announce: () => channel?.postMessage(undefined),
    later: (ms, run) => void waitMs(ms).then(run),
    parted,
  });
  channel?.addEventListener('message', () => void library.refresh());
  const { keeper } = library;
  addEventListener('pagehide', () => keeper.secure());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') keeper.secure();
    else if (keeper.isWaiting) void keeper.retry();
  });
  addEventListener('beforeunload', (event) => {
    // The page warns before it closes only if changes could not be stored anywhere.
    if (!keeper.secure()) event.preventDefault();
  });
  return { library, place: placeMemory(storageOf('sessionStorage')), oldStorage: localStorage };
}

/** The page does not need the database for its first paint. */
function lazyStorage(): LabStorage {
  let loaded: Promise<LabStorage> | undefined;
  const storage = async (): Promise<LabStorage> => {
    loaded ??= import('./lab-database.ts').then(({ LabDatabase }) => new LabDatabase());
    return await loaded;
  };
  return {
    list: async () => await (await storage()).list(),
    read: async (id) => await (await storage()).read(id),
    write: async (lab) => await (await storage()).write(lab),
    remove: async (id) => await (await storage()).remove(id),
  };
}
