/** The capture's thread: dissection, filters, exports. */
import * as Comlink from 'comlink';
import { AnalysisService } from '../src/threads/analysis/analysis-service.ts';
import { nextTurn, reportRejections, wallMs } from '../src/threads/api/host.ts';
import type { MessageToAnalysis } from '../src/threads/api/analysis-api.ts';

reportRejections();
const service = new AnalysisService(nextTurn, wallMs);

Comlink.expose(
  Object.assign(service, {
    connect(lab: MessagePort): Promise<void> {
      lab.addEventListener('message', ({ data }: MessageEvent<MessageToAnalysis>) => service.receive(data));
      lab.start();
      return Promise.resolve();
    },
  }),
);
