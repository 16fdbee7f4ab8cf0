/** Asks the lab for its disks and for what is at a sector, and again while the lab runs. */
import { useEffect, useState } from 'react';
import { useLive, useView } from '../../../page/store.ts';
import type { DiskId, DiskLook, DiskPlace, DiskSummary } from '../../../threads/api/disks-api.ts';
import { usePageQueries } from '../../hooks.ts';

/** Between two looks at a lab that runs. */
const AGAIN_MS = 500;

/** Counts up while time passes in the lab, twice a second at most. */
function useTick(): string {
  const timeNs = useLive((state) => state.update?.timeNs ?? 0);
  const generation = useLive((state) => state.update?.generation ?? 0);
  const [tick, setTick] = useState(0);
  useEffect(() => {
    const timer = setTimeout(() => setTick((n) => n + 1), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [timeNs]);
  return `${generation} ${tick}`;
}

export function useDisks(): readonly DiskSummary[] {
  const { client } = usePageQueries();
  const tick = useTick();
  const [disks, setDisks] = useState<readonly DiskSummary[]>([]);
  useEffect(() => {
    let isLive = true;
    void client.lab.disks().then((found) => {
      if (isLive) setDisks(found);
    });
    return () => {
      isLive = false;
    };
  }, [client, tick]);
  return disks;
}

export const diskKey = (id: DiskId): string => `${id.node} ${'shelf' in id ? id.shelf : id.drive}`;

/** What was seen of another disk is not shown; what was seen of this one stays until the next answer. */
export function useDiskLook(id: DiskId, sector: number): DiskLook | undefined {
  const { client } = usePageQueries();
  const tick = useTick();
  const key = diskKey(id);
  const [seen, setSeen] = useState<{ readonly key: string; readonly look: DiskLook | undefined }>();
  useEffect(() => {
    let isLive = true;
    void client.lab.lookAtDisk(id, sector).then((look) => {
      if (isLive) setSeen({ key, look });
    });
    return () => {
      isLive = false;
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `key` stands for `id`
  }, [client, key, sector, tick]);
  return seen?.key === key ? seen.look : undefined;
}

const NO_PLACES: readonly DiskPlace[] = [];

/** The sectors that the selected event has led to. */
export function useSelectedPlaces(): readonly DiskPlace[] {
  const { client } = usePageQueries();
  const event = useView(({ selection }) => (selection.kind === 'event' ? selection.id : undefined));
  const [found, setFound] = useState<{ readonly event: number; readonly places: readonly DiskPlace[] }>();
  useEffect(() => {
    if (event === undefined) return;
    let isLive = true;
    void client.lab.diskPlaces(event).then((places) => {
      if (isLive) setFound({ event, places });
    });
    return () => {
      isLive = false;
    };
  }, [client, event]);
  return found !== undefined && found.event === event ? found.places : NO_PLACES;
}
