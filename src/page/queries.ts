/**
 * What components may ask of the page. They act through commands alone: whatever changes the lab, the document or what is
 * shown is missing here.
 */
import type { LabApi } from '../threads/api/lab-api.ts';
import type { AnalysisApi } from '../threads/api/analysis-api.ts';
import type { Controller } from './controller.ts';
import type { LabClient } from './lab-client.ts';

type LabAction =
  | 'connect'
  | 'connectAnalysis'
  | 'open'
  | 'cancelOpen'
  | 'setMode'
  | 'step'
  | 'setBreakpoints'
  | 'machine'
  | 'ipxeStep'
  | 'setLinkUp'
  | 'watchLesson';

/** The threads and what they report. */
export interface ClientQueries extends Pick<
  LabClient,
  'manifest' | 'progress' | 'screens' | 'pastScreens' | 'serial' | 'restarts'
> {
  readonly lab: Omit<LabClient['lab'], LabAction & keyof LabApi>;
  readonly analysis: Omit<
    LabClient['analysis'],
    'connect' | (('openCapture' | 'showCapture' | 'closeCapture') & keyof AnalysisApi)
  >;
}

export interface PageQueries extends Pick<Controller, 'ipxe' | 'startsWithLab'> {
  readonly client: ClientQueries;
  readonly lessons: Pick<Controller['lessons'], 'needsApply' | 'lessonHash' | 'handInHash' | 'draftHash'>;
}
