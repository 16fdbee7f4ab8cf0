/** A thread of `pass-frames.ts` in a browser. */
import { passFrames, type FrameThreadSetup } from './pass-frames.ts';

const scope = globalThis as unknown as { onmessage: ((event: { readonly data: FrameThreadSetup }) => void) | null };
scope.onmessage = ({ data }) => passFrames(data);
