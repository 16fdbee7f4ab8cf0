/** The thread of one emulated PC. */
import { reportRejections } from '../src/threads/api/host.ts';
import { MachineService } from '../src/threads/machine/machine-service.ts';

reportRejections();
const service = new MachineService((message) => postMessage(message));

addEventListener('message', ({ data }: MessageEvent<Parameters<MachineService['receive']>[0]>) =>
  service.receive(data),
);
