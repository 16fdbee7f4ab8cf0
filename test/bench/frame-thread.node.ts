/** A thread of `pass-frames.ts` in Node. */
import { parentPort } from 'node:worker_threads';
import { passFrames, type FrameThreadSetup } from './pass-frames.ts';

parentPort?.once('message', (setup: FrameThreadSetup) => passFrames(setup));
