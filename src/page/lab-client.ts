/**
 * The page's side of the workers: starts them, connects them by a MessagePort for frames, and passes their messages to
 * listeners. The lab's worker and the analysis worker talk to each other directly, so that a capture of many frames
 * never passes through the page's thread. A worker that hangs can be terminated and replaced.
 */
import type { Message } from '../base/sentence.ts';
import * as Comlink from 'comlink';
import analysisAddress from '../../workers/analysis.worker.ts?worker&url';
import labAddress from '../../workers/lab.worker.ts?worker&url';
import { Emitter } from '../base/emitter.ts';
import { EMPTY_MANIFEST, type ImageManifest } from '../lab/content/image-manifest.ts';
import type {
  KeyframeNews,
  LabApi,
  LabNews,
  MessageFromPage,
  MessageToPage,
  OpenProgress,
  PastScreen,
  ScreenUpdate,
  SerialUpdate,
} from '../threads/api/lab-api.ts';
import type { AnalysisApi } from '../threads/api/analysis-api.ts';
import { wallMs } from '../threads/api/host.ts';
import { startThread } from '../threads/api/start-thread.ts';
import { isFramed } from './document/kept/browser-labs.ts';
import { Thread } from './threads/thread.ts';

export type ThreadName = 'lab' | 'analysis';

export interface ThreadFailure {
  readonly thread: ThreadName;
  readonly reason: Message;
}

/** A file of the build that a thread needs and cannot load; `src/ui/loading-failure.ts` reports it. */
class ThreadNotLoaded extends Error {
  readonly file: string;

  constructor(file: string, reason: string) {
    super(reason);
    this.file = file;
  }
}

export class LabClient {
  readonly news = new Emitter<LabNews>();
  readonly screens = new Emitter<ScreenUpdate>();
  readonly pastScreens = new Emitter<PastScreen>();
  readonly serial = new Emitter<SerialUpdate>();
  readonly progress = new Emitter<OpenProgress>();
  readonly keyframes = new Emitter<KeyframeNews>();
  readonly failures = new Emitter<ThreadFailure>();
  /** Emits the thread that was restarted: state that the old worker had must be sent again. */
  readonly restarts = new Emitter<ThreadName>();
  private readonly baseUrl: string;
  private labThread: Thread<LabApi>;
  private analysisThread: Thread<AnalysisApi>;
  private imageManifest = EMPTY_MANIFEST;
  /** The last generation that was reported. */
  private generation = 0;

  private constructor(baseUrl: string) {
    this.baseUrl = baseUrl;
    this.labThread = this.startLab();
    this.analysisThread = this.startAnalysis();
  }

  /** Starts both workers. `baseUrl` is the folder of the page, with a slash at its end. */
  static async start(baseUrl: string): Promise<LabClient> {
    const client = new LabClient(baseUrl);
    const failed = new Promise<never>((_, reject) => {
      client.failures.on(({ thread, reason }) =>
        reject(new ThreadNotLoaded(thread === 'lab' ? labAddress : analysisAddress, reason.text)),
      );
    });
    await Promise.race([client.connect(), failed]);
    return client;
  }

  get lab(): Comlink.Remote<LabApi> {
    return this.labThread.calls;
  }

  get analysis(): Comlink.Remote<AnalysisApi> {
    return this.analysisThread.calls;
  }

  get manifest(): ImageManifest {
    return this.imageManifest;
  }

  /** Ends the lab's worker and starts another, in which no lab is open. */
  async restartLab(): Promise<void> {
    this.labThread.end();
    this.labThread = this.startLab();
    await this.connect();
    this.restarts.emit('lab');
  }

  /** Ends the analysis worker and starts another, which gets the lab's capture. Returns its generation. */
  async restartAnalysis(): Promise<number> {
    this.analysisThread.end();
    this.analysisThread = this.startAnalysis();
    const frames = new MessageChannel();
    void this.analysis.connect(Comlink.transfer(frames.port2, [frames.port2]));
    const generation = await this.lab.connectAnalysis(Comlink.transfer(frames.port1, [frames.port1]));
    this.restarts.emit('analysis');
    return generation;
  }

  private async connect(): Promise<void> {
    const frames = new MessageChannel();
    const page = new MessageChannel();
    page.port2.addEventListener('message', ({ data }: MessageEvent<MessageToPage>) => {
      const sinceMs = wallMs();
      this.receive(data);
      if (data.kind !== 'update') return;
      afterPaint(() => page.port2.postMessage({ kind: 'shown', busyMs: wallMs() - sinceMs } satisfies MessageFromPage));
    });
    page.port2.start();
    void this.analysis.connect(Comlink.transfer(frames.port2, [frames.port2]));
    this.imageManifest = await this.lab.connect(
      Comlink.transfer(page.port1, [page.port1]),
      Comlink.transfer(frames.port1, [frames.port1]),
      {
        baseUrl: this.baseUrl,
        cores: navigator.hardwareConcurrency,
        generation: this.generation,
        stores: !isFramed(),
        takesKeyframes: new URLSearchParams(location.search).get('keyframes') === 'on',
        memoryGiB: (navigator as { readonly deviceMemory?: number }).deviceMemory,
      },
    );
  }

  private receive(message: MessageToPage): void {
    switch (message.kind) {
      case 'update':
        this.generation = Math.max(this.generation, message.news.generation);
        this.news.emit(message.news);
        break;
      case 'screen':
        this.screens.emit(message.screen);
        break;
      case 'past-screen':
        this.pastScreens.emit(message.past);
        break;
      case 'serial':
        this.serial.emit(message.serial);
        break;
      case 'progress':
        this.progress.emit(message.progress);
        break;
      case 'keyframes':
        this.keyframes.emit(message.news);
        break;
    }
  }

  private startLab(): Thread<LabApi> {
    return new Thread(startThread(labAddress, 'lab'), {
      onFailure: (reason) => this.failures.emit({ thread: 'lab', reason }),
    });
  }

  private startAnalysis(): Thread<AnalysisApi> {
    return new Thread(startThread(analysisAddress, 'analysis'), {
      onFailure: (reason) => this.failures.emit({ thread: 'analysis', reason }),
    });
  }
}

/** The lab does not wait longer than this for a frame of the page. */
const LONGEST_FRAME_MS = 50;

/**
 * Calls back when what has changed until now is painted. A hidden page has no frames, and a browser without a graphics
 * card may paint five a second although the page's thread is idle (WebKitGTK does): there a timer stands for the frame.
 */
function afterPaint(done: () => void): void {
  if (document.visibilityState === 'hidden') {
    setTimeout(done);
    return;
  }
  let isDone = false;
  const once = (): void => {
    if (!isDone) done();
    isDone = true;
  };
  requestAnimationFrame(() => setTimeout(once));
  setTimeout(once, LONGEST_FRAME_MS);
}
