/** After the first visit the page opens without a network: a service worker keeps its files, and images once fetched. */
import { neededImages } from '../../lab/images.ts';
import type { Controller } from '../controller.ts';
import { useDocument, useLive } from '../store.ts';

/** Registers `public/sw.js`, and tells it which images each lab uses. Without service workers the page works as before. */
export function installOffline(controller: Controller): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  // A refusal (a private window, a foreign frame) costs nothing but the offline use.
  serviceWorker.register('./sw.js', { scope: './' }).catch(() => undefined);
  const tell = async (): Promise<void> => {
    const { scenario } = useDocument.getState();
    if (scenario === undefined || useLive.getState().progress?.kind !== 'ready') return;
    const needed = neededImages(scenario, controller.client.manifest);
    const { active } = await serviceWorker.ready;
    // The font of the screen is read from the VGA BIOS by every lab.
    const paths = new Set([...(needed.ok ? needed.value.map(({ path }) => path) : []), 'bios/vgabios-stdvga.bin']);
    active?.postMessage({ keep: [...paths].map((path) => `./images/${path}`) }, []);
  };
  useLive.subscribe(({ progress }, before) => {
    if (progress !== before.progress) void tell();
  });
  void tell();
}
