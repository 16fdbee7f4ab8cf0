/**
 * The page's side of the workers: starts them, joins them by a raw MessagePort for frames, and hands what comes
 * back to listeners. The lab's worker and the analysis worker talk to each other directly, so that a capture of
 * many frames never passes through the page's thread.
 */
import * as Comlink from 'comlink';
import { Emitter } from '../base/emitter.ts';
import type { ImageManifest } from '../lab/images.ts';
import type {
  AnalysisApi,
  LabApi,
  LabUpdate,
  MessageToPage,
  OpenProgress,
  PastScreen,
  ScreenUpdate,
  SerialUpdate,
} from '../threads/api/lab-api.ts';

export interface LabClient {
  readonly lab: Comlink.Remote<LabApi>;
  readonly analysis: Comlink.Remote<AnalysisApi>;
  readonly manifest: ImageManifest;
  readonly updates: Emitter<LabUpdate>;
  readonly screens: Emitter<ScreenUpdate>;
  readonly pastScreens: Emitter<PastScreen>;
  readonly serial: Emitter<SerialUpdate>;
  readonly progress: Emitter<OpenProgress>;
}

/** Starts both workers. `baseUrl` is the folder of the page, with a slash at its end. */
export async function startLabClient(baseUrl: string): Promise<LabClient> {
  const labWorker = new Worker(new URL('../../workers/lab.worker.ts', import.meta.url), {
    type: 'module',
    name: 'lab',
  });
  const analysisWorker = new Worker(new URL('../../workers/analysis.worker.ts', import.meta.url), {
    type: 'module',
    name: 'analysis',
  });
  const lab = Comlink.wrap<LabApi>(labWorker);
  const analysis = Comlink.wrap<AnalysisApi>(analysisWorker);
  const frames = new MessageChannel();
  const page = new MessageChannel();
  const updates = new Emitter<LabUpdate>();
  const screens = new Emitter<ScreenUpdate>();
  const pastScreens = new Emitter<PastScreen>();
  const serial = new Emitter<SerialUpdate>();
  const progress = new Emitter<OpenProgress>();
  page.port2.addEventListener('message', ({ data }: MessageEvent<MessageToPage>) => {
    switch (data.kind) {
      case 'update':
        updates.emit(data.update);
        break;
      case 'screen':
        screens.emit(data.screen);
        break;
      case 'past-screen':
        pastScreens.emit(data.past);
        break;
      case 'serial':
        serial.emit(data.serial);
        break;
      case 'progress':
        progress.emit(data.progress);
        break;
    }
  });
  page.port2.start();
  await analysis.connect(Comlink.transfer(frames.port2, [frames.port2]));
  const manifest = await lab.connect(
    Comlink.transfer(page.port1, [page.port1]),
    Comlink.transfer(frames.port1, [frames.port1]),
    baseUrl,
    navigator.hardwareConcurrency,
  );
  return { lab, analysis, manifest, updates, screens, pastScreens, serial, progress };
}
