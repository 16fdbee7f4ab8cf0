/** A thread of `pass-frames.ts` in a browser. */
import { workerScope } from './browser-api.ts';
import { passFrames, type FrameThreadSetup } from '../pass-frames.ts';

workerScope.addEventListener('message', ({ data }) => passFrames(data as FrameThreadSetup));
