/**
 * The page's side of the workers: starts them, joins them by a raw MessagePort for frames, and hands what comes
 * back to listeners. The lab's worker and the analysis worker talk to each other directly, so that a capture of
 * many frames never passes through the page's thread.
 */
import * as Comlink from 'comlink';
import analysisAddress from '../../workers/analysis.worker.ts?worker&url';
import labAddress from '../../workers/lab.worker.ts?worker&url';
import { Emitter } from '../base/emitter.ts';
import type { ImageManifest } from '../lab/image-manifest.ts';
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
import { startThread } from '../threads/api/start-thread.ts';

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

/** A file of the build that a thread needs and does not get; `src/ui/loading-fault.ts` says so. */
class ThreadNotLoaded extends Error {
  readonly file: string;

  constructor(file: string, reason: string) {
    super(reason);
    this.file = file;
  }
}

/** Rejects when a thread does not start. */
async function failureOf(worker: Worker, address: string): Promise<never> {
  return await new Promise((_resolve, reject) => {
    worker.addEventListener('error', ({ message }: Partial<ErrorEvent>) =>
      reject(new ThreadNotLoaded(address, message ?? 'a thread of the lab does not start')),
    );
  });
}

/** Starts both workers. `baseUrl` is the folder of the page, with a slash at its end. */
export async function startLabClient(baseUrl: string): Promise<LabClient> {
  const labWorker = startThread(labAddress, 'lab');
  const analysisWorker = startThread(analysisAddress, 'analysis');
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
  const connect = async (): Promise<ImageManifest> => {
    await analysis.connect(Comlink.transfer(frames.port2, [frames.port2]));
    return await lab.connect(
      Comlink.transfer(page.port1, [page.port1]),
      Comlink.transfer(frames.port1, [frames.port1]),
      baseUrl,
      navigator.hardwareConcurrency,
    );
  };
  const manifest = await Promise.race([
    connect(),
    failureOf(labWorker, labAddress),
    failureOf(analysisWorker, analysisAddress),
  ]);
  return { lab, analysis, manifest, updates, screens, pastScreens, serial, progress };
}
