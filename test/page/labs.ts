/** A browser's storages for tests of labs that are kept: one for all tabs, and what one tab has of its own. */
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { LabDatabase } from '../../src/page/document/kept/lab-database.ts';
import { LabLibrary, useLabs } from '../../src/page/document/kept/lab-library.ts';
import { LabOpener, type OpenerHost } from '../../src/page/document/lab-opener.ts';
import type { LabStorage, StorageTrouble } from '../../src/page/document/kept/stored-labs.ts';
import { siteSettings } from '../../src/page/document/site-settings.ts';
import { placeMemory } from '../../src/page/document/kept/tab-place.ts';
import { UnsavedLabs } from '../../src/page/document/kept/unsaved-labs.ts';
import { useMissing } from '../../src/page/document/files/missing-files.ts';
import { useDocument, useLive } from '../../src/page/store.ts';
import { err, ok } from '../../src/base/result.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { problemAt, scenarioMessage } from '../../src/scenario/problems.ts';

/** `localStorage` or `sessionStorage`. */
export class MemoryStorage {
  private readonly items = new Map<string, string>();

  get length(): number {
    return this.items.size;
  }

  key(index: number): string | null {
    return [...this.items.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.items.delete(key);
  }
}

export function lab(name: string, seed = 'netboot'): Scenario {
  const parsed = parseScenario({ version: 1, name, seed, nodes: [{ kind: 'switch', name: 'sw1' }] });
  if (!parsed.ok) throw new Error('the lab must be valid');
  return parsed.value;
}

/** The browser: what is in it outlives its tabs. */
export class TestBrowser {
  readonly local = new MemoryStorage();
  /** Refuses everything while it is set. */
  trouble: StorageTrouble | undefined;
  readonly storage: LabStorage;
  private count = 0;

  constructor() {
    globalThis.indexedDB = new IDBFactory();
    const database = new LabDatabase();
    this.storage = new Proxy(database, {
      get: (target, name: keyof LabStorage) => async (argument: never) =>
        this.trouble === undefined ? await target[name](argument) : err(this.trouble),
    });
  }

  next(): number {
    return ++this.count;
  }
}

/** Ends what the page that was loaded before has heard of edits. */
let endPage = (): void => undefined;

/** What the page keeps in its stores, as it is when a page is loaded. */
function emptyStores(): void {
  useDocument.setState({ scenario: undefined });
  useDocument.temporal.getState().clear();
  useLabs.setState(useLabs.getInitialState(), true);
  useLive.setState(useLive.getInitialState(), true);
  useMissing.setState(useMissing.getInitialState(), true);
}

/** One tab, whose page can be loaded again. Only the page that was loaded last uses the stores. */
export class TestTab {
  readonly browser: TestBrowser;
  readonly session = new MemoryStorage();
  readonly site = new Map<string, string>();
  hash = '';
  /** Labs in the order in which they were built. */
  built: string[] = [];
  /** The moments that were gone to. */
  moments: number[] = [];
  missing: (scenario: Scenario) => ReturnType<OpenerHost['missingFiles']> = async () => await Promise.resolve([]);
  /** Data attributes of the page. */
  settings: Readonly<Record<string, string>> = {};
  catalogue: OpenerHost['manifest']['files'] = [];

  constructor(browser: TestBrowser) {
    this.browser = browser;
    this.site.set('scenarios/bare-first.json', JSON.stringify(lab('Opening lab')));
    this.site.set('scenarios/other.json', JSON.stringify(lab('Other lab')));
    this.site.set('scenarios/index.json', JSON.stringify([{ file: 'other.json', name: 'Other lab' }]));
  }

  /** Loads the page, and waits until its first lab is open. */
  async load(
    isFramed = false,
    openFirst = async (opener: LabOpener): Promise<void> => await opener.openFirst(this.hash),
  ): Promise<LabOpener> {
    endPage();
    emptyStores();
    const { browser } = this;
    const page = browser.next();
    const library = new LabLibrary({
      storage: browser.storage,
      unsaved: new UnsavedLabs(browser.local),
      writer: `page ${page}`,
      nowMs: () => browser.next(),
      newId: () => `lab ${browser.next()}`,
      wordForCopy: () => 'copy',
      announce: () => undefined,
      later: () => undefined,
      parted: (kept, before) => opener.parted(kept, before),
    });
    const opener: LabOpener = new LabOpener(
      {
        manifest: { schema: 2, packages: [], files: this.catalogue },
        site: siteSettings(this.settings),
        isFramed,
        place: placeMemory(this.session),
        oldStorage: browser.local,
        fetchText: async (path) => {
          const text = this.site.get(path);
          return await Promise.resolve(
            text === undefined
              ? err(problemAt(path, scenarioMessage('scenario.not-fetched', { status: 404 })))
              : ok(text),
          );
        },
        missingFiles: (scenario) => this.missing(scenario),
        showHash: (hash) => {
          this.hash = hash;
        },
        linkFilter: (filter) => filter,
        build: async () => await Promise.resolve({ ok: true, generation: 1, warnings: [] }),
        cancelBuild: async () => await Promise.resolve(),
        pause: async () => await Promise.resolve(),
        built: async ({ name }) => {
          this.built.push(name);
          await Promise.resolve();
        },
        chooseNodes: () => undefined,
        openMoment: async (_scenario, { atNs }) => {
          if (atNs !== undefined) this.moments.push(atNs);
          await Promise.resolve();
        },
      },
      library,
    );
    endPage = useDocument.subscribe(({ scenario }, before) => {
      if (scenario !== undefined && scenario !== before.scenario) opener.documentChanged(scenario);
    });
    await openFirst(opener);
    await opener.library.keeper.retry();
    return opener;
  }

  /** The lab that is shown. */
  get shown(): string | undefined {
    return useDocument.getState().scenario?.name;
  }
}

/** An edit as the panels make them. */
export function editSeed(seed: string): void {
  useDocument.getState().edit((scenario) => {
    scenario.seed = seed;
  });
}
