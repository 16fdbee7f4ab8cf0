/** The panels of the workspace, in the order of their tabs and keys. */
import type { PanelSpec } from '../parts/panel.ts';
import { breakpointsPanel } from './breakpoints/panel.ts';
import { cablesPanel } from './cables/panel.ts';
import { callsPanel } from './calls/panel.ts';
import { certificatesPanel } from './certificates/panel.ts';
import { consolePanel } from './console/panel.ts';
import { disksPanel } from './disks/panel.ts';
import { explainPanel } from './explain/panel.ts';
import { ladderPanel } from './ladder/panel.ts';
import { lessonPanel } from './lesson/panel.ts';
import { momentsPanel } from './moments/panel.ts';
import { packetsPanel } from './packets/panel.ts';
import { serverPanel } from './server/panel.ts';
import { statisticsPanel } from './statistics/panel.ts';
import { storyPanel } from './story/panel.ts';
import { streamsPanel } from './streams/panel.ts';
import { timelinePanel } from './timeline/panel.ts';
import { topologyPanel } from './topology/panel.ts';

export const PANELS: readonly PanelSpec[] = [
  topologyPanel,
  serverPanel,
  explainPanel,
  consolePanel,
  timelinePanel,
  packetsPanel,
  ladderPanel,
  streamsPanel,
  callsPanel,
  storyPanel,
  breakpointsPanel,
  certificatesPanel,
  momentsPanel,
  lessonPanel,
  statisticsPanel,
  cablesPanel,
  disksPanel,
];
