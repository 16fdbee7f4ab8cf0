/** Asks the analysis for what looks wrong while the lab runs, whichever panel is shown. Shows nothing itself. */
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { judge, type Finding, type PlacedFinding } from '../../../analysis/story/findings/judge.ts';
import { LabReports, type LabReport } from '../../../analysis/story/findings/trouble.ts';
import { machineCards } from '../../../page/document/machine-cards.ts';
import { useFindings } from '../../../page/findings.ts';
import { useRecord } from '../../../page/captures/capture-store.ts';
import { useDocument, useView } from '../../../page/store.ts';
import { useShown } from '../../../page/time/displayed-lab.ts';
import type { Fold } from '../../../page/time/event-history.ts';
import { usePageQueries } from '../../hooks.ts';
import { useFold } from '../../use-events.ts';

const makeReports = (): Fold<LabReport> => new LabReports();

/** Minimum interval between requests: the more frames, the longer the answer takes. */
const FINDINGS_MS = 500;

type Cards = readonly (readonly [mac: string, name: string])[];

/** Requested when the lab is paused, and from time to time while it runs. */
function usePlacedFindings(cards: Cards): readonly PlacedFinding[] {
  const { client } = usePageQueries();
  const [findings, setFindings] = useState<readonly PlacedFinding[]>([]);
  const frames = useRecord((state) => state.update?.frames ?? 0);
  const generation = useRecord((state) => state.update?.generation);
  const pastNs = useShown((state) => state.pastNs);
  const asker = useRef<() => Promise<void>>(undefined);
  const asking = useRef({ wanted: 0, busy: false });
  useEffect(() => {
    const names = Object.fromEntries(cards);
    asker.current = async () => setFindings(await client.analysis.findings(names));
  }, [client, cards]);
  useEffect(() => {
    const { current } = asking;
    current.wanted++;
    if (current.busy) return;
    current.busy = true;
    const ask = async (): Promise<void> => {
      try {
        for (let asked = 0; asked !== current.wanted; await wait(FINDINGS_MS)) {
          asked = current.wanted;
          await asker.current?.();
        }
      } finally {
        current.busy = false;
      }
    };
    void ask();
  }, [cards, generation, frames, pastNs]);
  return findings;
}

async function wait(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Of the capture that is shown; undefined while the lab is. */
function useCaptureFindings(): readonly Finding[] | undefined {
  const { client } = usePageQueries();
  const capture = useView((state) => state.capture);
  const [findings, setFindings] = useState<readonly Finding[] | undefined>();
  useEffect(() => {
    let isCurrent = true;
    setFindings(capture === undefined ? undefined : []);
    if (capture !== undefined)
      void client.analysis.captureFindings().then((found) => {
        if (isCurrent) setFindings(found);
      });
    return () => {
      isCurrent = false;
    };
  }, [client, capture]);
  return findings;
}

export function FindingsKeeper(): ReactNode {
  const nodes = useDocument((state) => state.scenario?.nodes);
  const cards = useMemo(() => machineCards(nodes ?? []), [nodes]);
  const found = usePlacedFindings(cards);
  const reported = useFold(makeReports);
  const ofCapture = useCaptureFindings();
  const list = useMemo(() => {
    if (ofCapture !== undefined) return ofCapture;
    const macsOf = (machine: string): readonly string[] =>
      cards.flatMap(([mac, name]) => (name === machine ? [mac] : []));
    return judge(found, reported, macsOf);
  }, [found, reported, ofCapture, cards]);
  useEffect(() => useFindings.setState({ list }), [list]);
  return null;
}
