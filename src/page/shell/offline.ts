/** After the first visit the page opens without a network: a service worker keeps its files, and images once fetched. */
import { create } from 'zustand';
import { neededImages, VGA_BIOS_IMAGE } from '../../lab/content/images.ts';
import { buildLock, type FromPage, type ToPage } from '../../threads/api/offline-messages.ts';
import type { Controller } from '../controller.ts';
import { useDocument, useLive } from '../store.ts';

/** True once the site has another version than this page: files that this page has not loaded yet may be gone. */
export const useNewVersion = create<boolean>()(() => false);

/** The id of this page's build, as the service worker knows it: the name of its first script. */
function thisBuild(): string | undefined {
  const script = document.querySelector<HTMLScriptElement>('script[type="module"][src]')?.src;
  return script === undefined ? undefined : /([^/]+)\.js$/.exec(script)?.[1];
}

/** From now until the page is gone, the service worker keeps the files of this page's build. */
export function holdBuild(): void {
  const id = thisBuild();
  if (!import.meta.env.PROD || id === undefined || !('locks' in navigator)) return;
  // Refused where nothing can be kept for the page either.
  navigator.locks.request(buildLock(id), { mode: 'shared' }, () => new Promise(() => undefined)).catch(() => undefined);
}

/** Registers the service worker, and tells it which images each lab uses. Without one the page works as before. */
export function installOffline(controller: Controller): void {
  const id = thisBuild();
  if (!import.meta.env.PROD || id === undefined || !('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  serviceWorker.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
    if (data.kind === 'build' && data.lock !== buildLock(id)) useNewVersion.setState(true);
  });
  serviceWorker.register('./sw.js', { scope: './', updateViaCache: 'none' }).then(
    (registration) => {
      document.addEventListener('visibilitychange', () => {
        if (document.visibilityState === 'visible') void registration.update().catch(() => undefined);
      });
    },
    // When registration is denied (a private window, a foreign frame), only offline use is lost.
    () => undefined,
  );
  const report = async (): Promise<void> => {
    const { scenario } = useDocument.getState();
    if (scenario === undefined || useLive.getState().progress?.kind !== 'ready') return;
    const { manifest } = controller.client;
    const needed = neededImages(scenario, manifest);
    const { active } = await serviceWorker.ready;
    // The font of the screen is read from the VGA BIOS by every lab.
    const font = manifest.files.filter(({ path }) => path === VGA_BIOS_IMAGE);
    const images = new Set([...(needed.ok ? needed.value : []), ...font].map(({ sha256 }) => sha256));
    active?.postMessage({ images: [...images] } satisfies FromPage, []);
  };
  useLive.subscribe(({ progress }, before) => {
    if (progress !== before.progress) void report();
  });
  void report();
}
