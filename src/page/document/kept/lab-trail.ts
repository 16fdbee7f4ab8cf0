/**
 * The labs that this tab has shown, so that opening another one can be undone: each comes back as it was left, with its
 * undo history.
 */
import { useDocument, type DocumentState } from '../../store.ts';
import type { KeptLab } from './lab-keeper.ts';
import { hashOfSiteLab, type LinkView } from '../link.ts';

/** Where a lab came from: what a reload of this tab shows, and what the address bar says. */
export type LabSource =
  | { readonly kind: 'own' }
  /** `isOpening`: a first visit is shown it; the page has no other address then. */
  | { readonly kind: 'site'; readonly path: string; readonly isOpening?: true }
  /** The lab that a lesson starts from; the hash is the lesson's. */
  | { readonly kind: 'lesson'; readonly hash: string }
  | { readonly kind: 'link'; readonly hash: string; readonly view: LinkView };

type Edits = Partial<Pick<DocumentState, 'scenario'>>[];

/** A lab that is, or was, open in this tab. */
export interface OpenLab {
  readonly kept: KeptLab;
  source: LabSource;
  /** The id of the lesson that it is for. */
  lesson?: string;
  /** What can be undone and redone, while another lab is open. */
  past: Edits;
  future: Edits;
}

/** Whether edits of the lab that is shown can be undone, or redone. */
export function hasEdits(side: 'back' | 'forward'): boolean {
  const { pastStates, futureStates } = useDocument.temporal.getState();
  return (side === 'back' ? pastStates : futureStates).length > 0;
}

/** Labs before these are forgotten; the reader's own are in the storage. */
const MAX_BACK = 20;

export class LabTrail {
  current: OpenLab | undefined;
  /** True while an edit is undone or redone, which must not count as a new edit. */
  private isUndoing = false;
  private back: OpenLab[] = [];
  private forward: OpenLab[] = [];

  canGo(side: 'back' | 'forward'): boolean {
    return this[side].length > 0;
  }

  /** Undoes or redoes an edit of the lab that is shown; false when there is none. */
  undo(side: 'back' | 'forward'): boolean {
    if (!hasEdits(side)) return false;
    const { undo, redo } = useDocument.temporal.getState();
    this.isUndoing = true;
    if (side === 'back') undo();
    else redo();
    this.isUndoing = false;
    return true;
  }

  /** A lab of this trail that is the entry of that id. */
  find(id: string): OpenLab | undefined {
    return [this.current, ...this.back, ...this.forward].find((lab) => lab?.kept.id === id);
  }

  /** The lab that was last open for a lesson. */
  ofLesson(id: string): OpenLab | undefined {
    return [...this.back, ...this.forward].findLast(({ lesson }) => lesson === id);
  }

  /** Another lab takes the place of the one that is shown. */
  open(lab: OpenLab): void {
    this.leave();
    if (this.current !== undefined && this.current !== lab) this.back = [...this.back, this.current].slice(-MAX_BACK);
    this.forward = [];
    this.show(lab);
  }

  /** The lab before or after the one that is shown, which is shown from now on. */
  go(side: 'back' | 'forward'): OpenLab | undefined {
    const lab = this[side].at(-1);
    if (lab === undefined) return undefined;
    this.leave();
    const { current } = this;
    this[side] = this[side].slice(0, -1);
    const other = side === 'back' ? 'forward' : 'back';
    if (current !== undefined) this[other] = [...this[other], current];
    this.show(lab);
    return lab;
  }

  /** After a new edit there is no lab to go forward to. */
  edited(): void {
    if (!this.isUndoing) this.forward = [];
  }

  private leave(): void {
    const { pastStates, futureStates } = useDocument.temporal.getState();
    if (this.current !== undefined) Object.assign(this.current, { past: pastStates, future: futureStates });
  }

  private show(lab: OpenLab): void {
    this.current = lab;
    useDocument.getState().setScenario(lab.kept.latest);
    useDocument.temporal.setState({ pastStates: lab.past, futureStates: lab.future });
  }
}

/** The hash of a lab: what is stored in this browser alone has none, nor has the opening lab. */
export function addressOf(source: LabSource, isStored: boolean): string {
  switch (source.kind) {
    case 'lesson':
      return source.hash;
    case 'link':
      return isStored ? '' : source.hash;
    case 'site':
      return isStored || source.isOpening === true ? '' : hashOfSiteLab(source.path);
    case 'own':
      return '';
  }
}
