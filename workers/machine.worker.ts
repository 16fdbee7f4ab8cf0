/** The thread of one emulated PC. */
import { MachineService } from '../src/threads/machine/machine-service.ts';

const service = new MachineService((message) => postMessage(message));

addEventListener('message', ({ data }: MessageEvent<Parameters<MachineService['take']>[0]>) => service.take(data));
