/**
 * Which lab is open: the first one, links, labs of the site and of the reader, files. What the page opens by itself is
 * not stored; an edit makes it the reader's own. Opening another lab can be undone.
 */
import { err, ok, type Result } from '../../base/result.ts';
import type { ImageManifest } from '../../lab/content/image-manifest.ts';
import { parseScenarioText } from '../../scenario/parse.ts';
import type { Scenario } from '../../scenario/schema.ts';
import type { OpenResult, PlaceProblem } from '../../threads/api/lab-api.ts';
import { translate } from '../i18n/index.ts';
import { showAsLinked } from '../layout/show-panel.ts';
import { notify, useDocument, useLive, useView } from '../store.ts';
import { withCatalogueFiles, type OwnFile } from './files/catalogue-files.ts';
import type { KeptLab } from './kept/lab-keeper.ts';
import { useLabs, type LabLibrary } from './kept/lab-library.ts';
import { addressOf, hasEdits, LabTrail, type LabSource, type OpenLab } from './kept/lab-trail.ts';
import { decodeLink, namedLink, type LinkView, type OpenedLink } from './link.ts';
import { useMissing } from './files/missing-files.ts';
import { readOldAutosave, forgetOldAutosave } from './kept/old-autosave.ts';
import type { PlaceMemory } from './kept/tab-place.ts';
import { openingSource, type SiteSettings } from './site-settings.ts';

export interface OpenerHost {
  readonly manifest: ImageManifest;
  readonly site: SiteSettings;
  /** In a frame of another page nothing is stored, and nothing of the reader's is shown. */
  readonly isFramed: boolean;
  readonly place: PlaceMemory;
  readonly oldStorage: Pick<Storage, 'getItem' | 'removeItem'> | undefined;
  /** A file of the site, or what to show instead. */
  fetchText(path: string): Promise<Result<string, PlaceProblem>>;
  /** The reader's own files of these that are not in this browser. */
  missingFiles(scenario: Scenario): Promise<readonly OwnFile[]>;
  /** Makes the address bar say which lab is open; an empty hash takes away what is there. */
  showHash(hash: string): void;
  /** The filter of a link, or none when it has hung before. */
  linkFilter(filter: string): string;
  build(scenario: Scenario): Promise<OpenResult>;
  cancelBuild(): Promise<void>;
  /** Nothing of the lab before runs on beside a document that is not built. */
  pause(): Promise<void>;
  /** The lab stands at time 0. */
  built(scenario: Scenario, result: OpenResult & { readonly ok: true }, clearProblems: boolean): Promise<void>;
  chooseNodes(scenario: Scenario): void;
  /** Goes to the moment that a link names. */
  openMoment(scenario: Scenario, view: LinkView): Promise<void>;
}

export class LabOpener {
  readonly library: LabLibrary;
  private readonly host: OpenerHost;
  private readonly trail = new LabTrail();
  private readonly opening: { queued: Scenario | undefined; busy: boolean } = { queued: undefined, busy: false };
  /** The lab of a link whose moment is still to be gone to, as soon as it is built. */
  private awaited: { readonly scenario: Scenario; readonly view: LinkView } | undefined;
  /** The lab of this tab whose entry was deleted last. */
  private removed: KeptLab | undefined;
  /** True while the document changes because another lab is opened. */
  private isOpening = false;

  constructor(host: OpenerHost, library: LabLibrary) {
    this.host = host;
    this.library = library;
  }

  /** Whether the lab came with a link, edited or not. */
  get isOfLink(): boolean {
    return this.trail.current?.source.kind === 'link';
  }

  /** Whether the lab is the one that a first visit is shown, edited or not. */
  get isOpeningLab(): boolean {
    const source = this.trail.current?.source;
    return source?.kind === 'site' && source.isOpening === true;
  }

  canGo(side: 'back' | 'forward'): boolean {
    return this.trail.canGo(side);
  }

  canUndo(side: 'back' | 'forward'): boolean {
    return hasEdits(side) || this.canGo(side);
  }

  /** Undoes the last edit; before the first edit of a lab stands the lab that was open before. Forward: the other way. */
  async undo(side: 'back' | 'forward'): Promise<void> {
    if (!this.trail.undo(side)) await this.go(side);
  }

  /** The lab that the page starts with: the link's, else the one that was open last, else the default lab. */
  async openFirst(hash: string): Promise<void> {
    const link = await this.linkOf(hash);
    if (link?.ok === true) {
      await this.openLink(hash, link.value);
      await this.adoptOldLabs();
      return;
    }
    if (link?.ok === false) useLive.setState({ problems: link.error });
    await this.openLast(link === undefined);
  }

  /** Another link was put into the address bar. The lab stays when it cannot be read. */
  async openHash(hash: string): Promise<void> {
    const link = await this.linkOf(hash);
    if (link === undefined) return;
    if (link.ok) await this.openLink(hash, link.value);
    else useLive.setState({ problems: link.error });
  }

  /** The lab in a link, or the one of the site that it names. */
  private async linkOf(hash: string): Promise<ReturnType<typeof decodeLink>> {
    const named = namedLink(hash);
    if (named === undefined) return decodeLink(hash);
    const scenario = await this.fetchScenario(named.path);
    return scenario.ok ? ok({ scenario: scenario.value, view: named.view }) : scenario;
  }

  /** The lesson that the lab which is shown is for. */
  get lesson(): string | undefined {
    return this.trail.current?.lesson;
  }

  /**
   * Opens the lab that a lesson starts from. `isFirst`: the page starts with it; the lab is then as this tab has left it,
   * if it was changed.
   */
  async openLesson(id: string, hash: string, scenario: Scenario, isFirst: boolean): Promise<void> {
    const place = isFirst && !this.host.isFramed ? this.host.place.get() : undefined;
    if (isFirst) await this.adoptOldLabs();
    if (place?.kind === 'own' && place.lesson === id && (await this.openOwn(place.id))) {
      Object.assign(this.trail.current ?? {}, { lesson: id, source: { kind: 'lesson', hash } });
      this.recordCurrent();
      return;
    }
    const named = withCatalogueFiles(scenario, this.host.manifest.files);
    const kept = this.library.keeper.foreign(named);
    await this.openLab({ kept, source: { kind: 'lesson', hash }, lesson: id, past: [], future: [] });
  }

  /** Shows the lab of a lesson as it was left in this tab. False: there is none. */
  async returnToLesson(id: string): Promise<boolean> {
    const lab = this.trail.ofLesson(id);
    if (lab !== undefined) await this.openLab(lab);
    return lab !== undefined;
  }

  /** The lab that is shown belongs to a lesson: it came with it in a link. */
  joinLesson(id: string): void {
    if (this.trail.current !== undefined) this.trail.current.lesson = id;
  }

  /** Opens a scenario of the site by its address below the page. Returns whether it was one. */
  async openNamed(path: string, clearProblems = true): Promise<boolean> {
    return await this.openSite({ kind: 'site', path }, clearProblems);
  }

  private async openSite(source: LabSource & { readonly kind: 'site' }, clearProblems: boolean): Promise<boolean> {
    const parsed = await this.fetchScenario(source.path);
    if (!parsed.ok) {
      useLive.setState({ problems: parsed.error });
      return false;
    }
    await this.open(parsed.value, source, clearProblems);
    return true;
  }

  /** A scenario file of the reader's, which becomes one of their labs; errors name their place in the file. */
  async openText(text: string): Promise<void> {
    const parsed = parseScenarioText(text);
    if (!parsed.ok) {
      useLive.setState({ problems: parsed.error });
      return;
    }
    const same = this.host.isFramed ? undefined : await this.library.findSame(parsed.value);
    if (same !== undefined) await this.openOwn(same.id);
    else {
      const { keeper } = this.library;
      const scenario = withCatalogueFiles(parsed.value, this.host.manifest.files);
      await this.openLab({
        kept: this.host.isFramed ? keeper.foreign(scenario) : keeper.made(scenario),
        source: { kind: 'own' },
        past: [],
        future: [],
      });
    }
  }

  async openEmpty(): Promise<void> {
    const name = translate(useView.getState().language, 'app.newLab');
    await this.openText(JSON.stringify({ version: 1, name, nodes: [{ kind: 'switch', name: 'sw1' }] }));
  }

  /** Opens one of the reader's labs. Returns whether it could be read. */
  async openOwn(id: string, clearProblems = true): Promise<boolean> {
    const known = this.trail.find(id);
    const entry = await this.library.read(id);
    // Unsaved edits of this tab are not replaced by the version of another tab.
    const isNewer =
      entry !== undefined &&
      known !== undefined &&
      entry.summary.version > known.kept.version &&
      !this.library.keeper.isWaitingFor(known.kept);
    if (known !== undefined && !isNewer) {
      if (known !== this.trail.current) await this.openLab(known, clearProblems);
      return true;
    }
    if (entry === undefined) {
      notify({ id: 'labs.gone' });
      await this.library.refresh();
      return false;
    }
    if (!entry.parsed.ok) {
      useLive.setState({ problems: entry.parsed.error });
      return false;
    }
    const kept = this.library.keeper.own(entry.summary, entry.parsed.value, entry.isStored);
    await this.openLab({ kept, source: { kind: 'own' }, past: [], future: [] }, clearProblems);
    return true;
  }

  /** Shows the lab that was open before this one, or after it, as it was left. */
  async go(side: 'back' | 'forward'): Promise<void> {
    this.isOpening = true;
    const lab = this.trail.go(side);
    this.isOpening = false;
    if (lab === undefined) return;
    useLive.setState({ notice: undefined });
    await this.shown(lab, true);
  }

  /** Gives one of the reader's labs another name. */
  async rename(id: string, name: string): Promise<void> {
    const known = this.trail.find(id);
    if (known === undefined) await this.library.rename(id, name);
    else if (known === this.trail.current)
      useDocument.getState().edit((scenario) => {
        scenario.name = name;
      });
    else this.library.keeper.edited(known.kept, { ...known.kept.latest, name });
  }

  async duplicate(id: string): Promise<void> {
    const name = await this.library.duplicate(id);
    if (name !== undefined) notify({ id: 'labs.duplicated', parameters: { name } });
  }

  /** Deletes one of the reader's labs; the notice offers to restore it. If it is open, the page keeps showing it. */
  async remove(id: string): Promise<void> {
    const name = useLabs.getState().labs.find((lab) => lab.id === id)?.name ?? '';
    if (!(await this.library.remove(id))) return;
    const known = this.trail.find(id);
    this.removed = known?.kept;
    if (known !== undefined) this.library.keeper.forget(known.kept);
    this.recordCurrent();
    notify({
      id: 'labs.deleted',
      parameters: { name },
      action: { label: 'edit.undo', run: () => void this.restore() },
    });
  }

  /** Builds the lab from the document again: time 0, everything off. */
  async rebuild(clearProblems = true): Promise<void> {
    const { scenario } = useDocument.getState();
    if (scenario === undefined) return;
    this.opening.queued = scenario;
    if (this.opening.busy) {
      await this.host.cancelBuild();
      return;
    }
    this.opening.busy = true;
    try {
      while (this.opening.queued !== undefined) {
        const next: Scenario = this.opening.queued;
        this.opening.queued = undefined;
        await this.build(next, clearProblems);
      }
    } finally {
      this.opening.busy = false;
    }
  }

  /** Makes a scenario the document, and the lab. */
  private async open(scenario: Scenario, source: LabSource, clearProblems = true): Promise<void> {
    const named = withCatalogueFiles(scenario, this.host.manifest.files);
    await this.openLab({ kept: this.library.keeper.foreign(named), source, past: [], future: [] }, clearProblems);
  }

  private async openLab(lab: OpenLab, clearProblems = true): Promise<void> {
    const before = this.trail.current;
    this.isOpening = true;
    this.trail.open(lab);
    this.isOpening = false;
    this.offerUndo(before);
    await this.shown(lab, clearProblems);
  }

  /** The document is that of another lab. */
  private async shown(lab: OpenLab, clearProblems: boolean): Promise<void> {
    const { source, kept } = lab;
    this.recordCurrent();
    this.awaited =
      source.kind === 'link' && kept.id === undefined ? { scenario: kept.latest, view: source.view } : undefined;
    useView.setState({ moment: undefined });
    // The panels have something to show while images are downloaded.
    this.host.chooseNodes(kept.latest);
    await this.rebuild(clearProblems);
  }

  private async openLink(hash: string, { scenario, view }: OpenedLink): Promise<void> {
    useView.setState({
      embed: view.embed === true,
      panels: view.panels,
      filter: this.host.linkFilter(view.filter ?? ''),
    });
    showAsLinked(view);
    await this.open(scenario, { kind: 'link', hash, view });
  }

  /** The lab that this tab had open, else the reader's latest, else the default lab. */
  private async openLast(clearProblems: boolean): Promise<void> {
    if (!this.host.isFramed) {
      const place = this.host.place.get();
      const old = await this.adoptOldLabs();
      if (place?.kind === 'own' && (await this.openOwn(place.id, clearProblems))) return;
      const path = place?.kind === 'site' ? place.path : old;
      if (path !== undefined && (await this.openNamed(path, clearProblems))) return;
      const [latest] = useLabs.getState().labs;
      if (latest !== undefined && (await this.openOwn(latest.id, clearProblems))) return;
    }
    await this.openSite(openingSource(this.host.site), clearProblems);
  }

  /**
   * Makes the list of the reader's labs complete: with the labs that an earlier page could not store, and the one that
   * an earlier version of the page kept. Returns the address of a lab of the site when it was that.
   */
  private async adoptOldLabs(): Promise<string | undefined> {
    const { host, library } = this;
    if (host.isFramed) return undefined;
    await library.keeper.storeUnsaved();
    await library.refresh();
    const old = await readOldAutosave(host.oldStorage, async (path) => {
      const text = await host.fetchText(path);
      return text.ok ? text.value : undefined;
    });
    if (old === undefined) return undefined;
    if (old.kind === 'own') {
      library.keeper.made(old.scenario);
      await library.keeper.retry();
      if (library.keeper.isWaiting) return undefined;
    }
    forgetOldAutosave(host.oldStorage);
    return old.kind === 'site' ? old.path : undefined;
  }

  private async fetchScenario(path: string): Promise<Result<Scenario, readonly PlaceProblem[]>> {
    const text = await this.host.fetchText(path);
    if (text.ok) return parseScenarioText(text.value);
    return err([text.error]);
  }

  private async build(scenario: Scenario, clearProblems: boolean): Promise<void> {
    useLive.setState({ progress: { kind: 'images', doneBytes: 0, totalBytes: 0, name: '' } });
    const missing = await this.host.missingFiles(scenario);
    useMissing.setState({ missing, isOpen: missing.length > 0, notes: [] });
    if (missing.length > 0) {
      useLive.setState({ progress: undefined, ...(clearProblems ? { problems: [] } : {}) });
      await this.host.pause();
      return;
    }
    const result = await this.host.build(scenario);
    if (!result.ok) {
      const isStopped = result.problems.every(({ says }) => says.id === 'scenario.cancelled');
      useLive.setState({ progress: undefined, ...(isStopped ? {} : { problems: result.problems }) });
      await this.host.pause();
      return;
    }
    await this.host.built(scenario, result, clearProblems);
    const { awaited } = this;
    if (awaited?.scenario !== scenario) return;
    this.awaited = undefined;
    await this.host.openMoment(scenario, awaited.view);
  }

  /** The document has changed: by an edit, by its undoing, or because another lab was opened. */
  documentChanged(scenario: Scenario): void {
    const { current } = this.trail;
    if (current === undefined || this.isOpening) return;
    const { kept } = current;
    const wasOwn = kept.id !== undefined;
    this.trail.edited();
    if (this.host.isFramed) kept.latest = scenario;
    else this.library.keeper.edited(kept, scenario);
    if (!wasOwn && kept.id !== undefined) this.recordCurrent();
  }

  /** Records the shown lab as this tab's, and removes any other from the address bar. */
  private recordCurrent(): void {
    const { current } = this.trail;
    if (current === undefined || this.host.isFramed) return;
    const { kept, source, lesson } = current;
    useLabs.setState({ current: kept.id });
    this.host.place.set(
      kept.id !== undefined
        ? { kind: 'own', id: kept.id, ...(lesson === undefined ? {} : { lesson }) }
        : source.kind === 'site' && source.isOpening !== true
          ? { kind: 'site', path: source.path }
          : undefined,
    );
    this.host.showHash(addressOf(source, kept.id !== undefined));
  }

  /** Announces that another lab is open, if the previous one contains work of the reader. */
  private offerUndo(before: OpenLab | undefined): void {
    const { current } = this.trail;
    if (before === undefined || before === current || before.kept.id === undefined) return;
    notify({
      id: 'labs.opened',
      parameters: { name: current?.kept.latest.name ?? '', before: before.kept.latest.name },
      action: { label: 'edit.undo', run: () => void this.go('back') },
    });
  }

  /** Brings back the lab that was deleted last; one that is still shown is the reader's own again. */
  async restore(): Promise<void> {
    const shown = this.removed;
    const back = await this.library.restore();
    useLive.setState({ notice: undefined });
    if (back === undefined || shown === undefined || shown.id !== undefined) return;
    Object.assign(shown, { id: back.id, version: back.version, changedMs: back.changedMs });
    this.recordCurrent();
  }

  /** Another tab has changed the entry: what is shown here is now a lab of its own, under another name. */
  parted(kept: KeptLab, before: string): void {
    if (this.trail.current?.kept === kept) {
      const { temporal } = useDocument;
      this.isOpening = true;
      temporal.getState().pause();
      useDocument.getState().setScenario(kept.latest);
      temporal.getState().resume();
      this.isOpening = false;
      this.recordCurrent();
    }
    notify({ id: 'labs.parted', parameters: { name: before, copy: kept.latest.name } });
  }
}
