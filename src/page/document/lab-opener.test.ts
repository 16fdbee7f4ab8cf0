/** Nobody's lab is lost: whatever is opened, linked, framed or loaded again, and whatever the storage refuses. */
import { beforeEach, describe, expect, it } from 'vitest';
import { editSeed, lab, TestBrowser, TestTab } from '../../../test/page/labs.ts';
import { useDocument, useLive } from '../store.ts';
import { useLabs } from './kept/lab-library.ts';
import type { LabOpener } from './lab-opener.ts';
import { encodeLink } from './link.ts';
import { useMissing } from './files/missing-files.ts';

let browser: TestBrowser;
let tab: TestTab;

beforeEach(() => {
  browser = new TestBrowser();
  tab = new TestTab(browser);
});

/** Names and seeds of all that is stored, the latest first. */
async function stored(): Promise<readonly string[]> {
  const list = await browser.storage.list();
  if (!list.ok) return [list.error];
  const entries = await Promise.all(list.value.map(async ({ id }) => await browser.storage.read(id)));
  return entries.map((entry) => {
    if (!entry.ok || entry.value === undefined) return 'gone';
    return `${entry.value.name}: ${(JSON.parse(entry.value.text) as { readonly seed: string }).seed}`;
  });
}

async function edit(opener: LabOpener, seed: string): Promise<void> {
  editSeed(seed);
  await opener.library.keeper.retry();
}

const LINK = encodeLink(lab('Linked lab'), { atNs: 5 });

describe('what is stored', () => {
  it('is nothing of what the page opens by itself, until it is edited', async () => {
    const opener = await tab.load();
    expect(tab.shown).toBe('Opening lab');
    await opener.openNamed('scenarios/other.json');
    await opener.openHash(LINK);
    expect(await stored()).toEqual([]);
    await edit(opener, 'mine');
    expect(await stored()).toEqual(['Linked lab: mine']);
    await edit(opener, 'mine 2');
    expect(await stored()).toEqual(['Linked lab: mine 2']);
  });

  it('is shown again when the page is loaded again, and by a new tab', async () => {
    const opener = await tab.load();
    await edit(opener, 'mine');
    await tab.load();
    expect(useDocument.getState().scenario?.seed).toBe('mine');
    await new TestTab(browser).load();
    expect(useDocument.getState().scenario?.seed).toBe('mine');
  });

  it('is each edit of a file and of a new lab; the same one is not stored twice', async () => {
    const opener = await tab.load();
    await opener.openText(JSON.stringify(lab('From a file')));
    await opener.openEmpty();
    await opener.library.keeper.retry();
    expect(await stored()).toEqual(['New lab: netboot', 'From a file: netboot']);
    await opener.openText(JSON.stringify(lab('From a file')));
    await opener.openEmpty();
    expect(await stored()).toEqual(['New lab: netboot', 'From a file: netboot']);
    expect(tab.shown).toBe('New lab');
  });

  it('is not touched by a broken link, which is told, and the own lab is shown', async () => {
    await edit(await tab.load(), 'mine');
    tab.hash = '#lab=AAAA';
    await tab.load();
    expect(useDocument.getState().scenario?.seed).toBe('mine');
    expect(useLive.getState().problems).toHaveLength(1);
    expect(await stored()).toEqual(['Opening lab: mine']);
  });

  it('is not touched by a page in a frame, which shows nothing of it', async () => {
    await edit(await tab.load(), 'mine');
    const framed = new TestTab(browser);
    const opener = await framed.load(true);
    expect(framed.shown).toBe('Opening lab');
    expect(useDocument.getState().scenario?.seed).toBe('netboot');
    editSeed('framed');
    await opener.openEmpty();
    editSeed('framed 2');
    opener.library.keeper.secure();
    await opener.library.keeper.retry();
    expect(await stored()).toEqual(['Opening lab: mine']);
    expect(browser.local.length).toBe(0);
    expect(framed.session.length).toBe(0);
  });

  it('is not touched by a link, to which a reload leads again until it is edited', async () => {
    await edit(await tab.load(), 'mine');
    tab.hash = LINK;
    const opener = await tab.load();
    expect(tab.shown).toBe('Linked lab');
    expect(tab.moments).toEqual([5]);
    await tab.load();
    expect(tab.shown).toBe('Linked lab');
    await edit(await tab.load(), 'changed');
    expect(tab.hash).toBe('');
    await tab.load();
    expect(tab.shown).toBe('Linked lab');
    expect(await stored()).toEqual(['Linked lab: changed', 'Opening lab: mine']);
    expect(opener.isOfLink).toBe(true);
  });

  it('is a lesson’s lab when it was changed, which a reload and a return show as it was left', async () => {
    const first = async (opener: LabOpener): Promise<void> =>
      await opener.openLesson('own', '#lesson=own', lab('Lesson lab'), true);
    const opener = await tab.load(false, first);
    expect([tab.shown, tab.hash, opener.lesson]).toEqual(['Lesson lab', '#lesson=own', 'own']);
    expect(await stored()).toEqual([]);
    await edit(opener, 'solved');
    await opener.openNamed('scenarios/other.json');
    expect([opener.lesson, tab.hash]).toEqual([undefined, '#scenario=other']);
    expect(await opener.returnToLesson('other')).toBe(false);
    expect(await opener.returnToLesson('own')).toBe(true);
    expect(useDocument.getState().scenario?.seed).toBe('solved');
    const again = await tab.load(false, first);
    expect(useDocument.getState().scenario?.seed).toBe('solved');
    expect([again.lesson, tab.hash]).toEqual(['own', '#lesson=own']);
    // Another lesson, or the same one opened again, begins at its start.
    await again.openLesson('own', '#lesson=own', lab('Lesson lab'), false);
    expect(useDocument.getState().scenario?.seed).toBe('netboot');
  });

  it('stands again at the lab of the site that this tab had open', async () => {
    await edit(await tab.load(), 'mine');
    const opener = await tab.load();
    await opener.openNamed('scenarios/other.json');
    await tab.load();
    expect(tab.shown).toBe('Other lab');
  });

  it('is another one first, and never plays by itself, where a site says so', async () => {
    tab.settings = { openingLab: 'other.json' };
    const opener = await tab.load();
    expect([tab.shown, tab.hash, opener.isOpeningLab]).toEqual(['Other lab', '#scenario=other', false]);
  });

  it('is shown by the name that the address has, in another browser too; the opening lab has none', async () => {
    const opener = await tab.load();
    expect([tab.hash, opener.isOpeningLab]).toEqual(['', true]);
    await opener.openNamed('scenarios/other.json');
    expect([tab.hash, opener.isOpeningLab]).toEqual(['#scenario=other', false]);
    const elsewhere = new TestTab(new TestBrowser());
    elsewhere.hash = tab.hash;
    expect((await elsewhere.load()).isOpeningLab).toBe(false);
    expect([elsewhere.shown, elsewhere.hash]).toEqual(['Other lab', '#scenario=other']);
    elsewhere.hash = '#scenario=../other';
    await elsewhere.load();
    expect(elsewhere.shown).toBe('Opening lab');
  });
});

describe('opening another lab', () => {
  it('is undone by one step, with what could be undone in the lab before', async () => {
    const opener = await tab.load();
    await edit(opener, 'one');
    await edit(opener, 'two');
    await opener.openNamed('scenarios/other.json');
    expect(useLive.getState().notice?.id).toBe('labs.opened');
    useLive.getState().notice?.action?.run();
    expect(useDocument.getState().scenario?.seed).toBe('two');
    await opener.undo('back');
    expect(useDocument.getState().scenario?.seed).toBe('one');
    await opener.library.keeper.retry();
    expect(await stored()).toEqual(['Opening lab: one']);
    await opener.undo('forward');
    expect(useDocument.getState().scenario?.seed).toBe('two');
    await opener.undo('forward');
    expect(tab.shown).toBe('Other lab');
    await opener.undo('back');
    expect(useDocument.getState().scenario?.seed).toBe('two');
  });

  it('from the list gives back what can be undone, and the entry goes on as one', async () => {
    const opener = await tab.load();
    await edit(opener, 'one');
    const id = useLabs.getState().current ?? '';
    await opener.openNamed('scenarios/other.json');
    await opener.openOwn(id);
    await edit(opener, 'two');
    await opener.undo('back');
    await opener.undo('back');
    expect(useDocument.getState().scenario?.seed).toBe('netboot');
    await opener.library.keeper.retry();
    expect(await stored()).toEqual(['Opening lab: netboot']);
  });

  it('offers no way forward once there is an edit', async () => {
    const opener = await tab.load();
    await opener.openNamed('scenarios/other.json');
    await opener.go('back');
    expect(opener.canGo('forward')).toBe(true);
    await edit(opener, 'one');
    expect(opener.canGo('forward')).toBe(false);
  });
});

describe('the list', () => {
  it('renames what is open, what was open, and what is not', async () => {
    const opener = await tab.load();
    await edit(opener, 'one');
    const first = useLabs.getState().current ?? '';
    await opener.rename(first, 'Mine');
    expect(tab.shown).toBe('Mine');
    await opener.openNamed('scenarios/other.json');
    await opener.rename(first, 'Mine again');
    await opener.library.keeper.retry();
    expect(await stored()).toEqual(['Mine again: one']);
    const other = await new TestTab(browser).load();
    await other.openNamed('scenarios/other.json');
    await other.library.rename(first, 'From another tab');
    expect(await stored()).toEqual(['From another tab: one']);
  });

  it('duplicates under a name of its own', async () => {
    const opener = await tab.load();
    await edit(opener, 'one');
    const id = useLabs.getState().current ?? '';
    await opener.duplicate(id);
    await opener.duplicate(id);
    expect(useLabs.getState().labs.map(({ name }) => name)).toEqual([
      'Opening lab (copy 2)',
      'Opening lab (copy)',
      'Opening lab',
    ]);
  });

  it('deletes at once and brings back; the lab that is open stays, and is stored again once it is edited', async () => {
    const opener = await tab.load();
    await edit(opener, 'one');
    const id = useLabs.getState().current ?? '';
    await opener.remove(id);
    expect(await stored()).toEqual([]);
    expect(tab.shown).toBe('Opening lab');
    useLive.getState().notice?.action?.run();
    await expect.poll(async () => await stored()).toEqual(['Opening lab: one']);
    await expect.poll(() => useLabs.getState().current).toBe(id);
    await edit(opener, 'two');
    expect(await stored()).toEqual(['Opening lab: two']);
    await opener.remove(id);
    await edit(opener, 'three');
    expect(await stored()).toEqual(['Opening lab: three']);
    expect(useLabs.getState().current).not.toBe(id);
  });
});

describe('two pages with the same lab', () => {
  it('keep both: the second becomes a copy, and says so', async () => {
    const opener = await tab.load();
    await edit(opener, 'one');
    const id = useLabs.getState().current ?? '';
    // Another tab stores its own change meanwhile.
    const entry = await browser.storage.read(id);
    if (!entry.ok || entry.value === undefined) throw new Error('it is stored');
    const { value } = entry;
    await browser.storage.write({
      ...value,
      version: value.version + 1,
      writer: 'page x',
      text: JSON.stringify(lab(value.name, 'theirs')),
    });
    await edit(opener, 'two');
    expect(await stored()).toEqual(['Opening lab (copy): two', 'Opening lab: theirs']);
    expect(tab.shown).toBe('Opening lab (copy)');
    expect(useLive.getState().notice).toMatchObject({
      id: 'labs.parted',
      parameters: { name: 'Opening lab', copy: 'Opening lab (copy)' },
    });
    await edit(opener, 'three');
    expect(await stored()).toEqual(['Opening lab (copy): three', 'Opening lab: theirs']);
    // The new name is no edit that is undone.
    await opener.undo('back');
    expect(useDocument.getState().scenario).toMatchObject({ name: 'Opening lab (copy)', seed: 'two' });
  });
});

describe('storage that refuses', () => {
  it.each(['full', 'refused'] as const)(
    '(%s) is said; nothing is lost, and all is stored when it works',
    async (kind) => {
      browser.trouble = kind;
      const opener = await tab.load();
      expect(useLabs.getState().trouble).toBeUndefined();
      await edit(opener, 'one');
      expect(useLabs.getState().trouble).toBe(kind);
      await opener.openNamed('scenarios/other.json');
      await edit(opener, 'two');
      browser.trouble = undefined;
      await opener.library.keeper.retry();
      expect(useLabs.getState().trouble).toBeUndefined();
      expect([...(await stored())].sort()).toEqual(['Opening lab: one', 'Other lab: two']);
    },
  );

  it('loses nothing by a reload: what could not be stored is shown, and stored later', async () => {
    browser.trouble = 'full';
    const opener = await tab.load();
    await edit(opener, 'one');
    expect(opener.library.keeper.secure()).toBe(true);
    const again = await tab.load();
    expect(useDocument.getState().scenario?.seed).toBe('one');
    expect(useLabs.getState().trouble).toBe('full');
    browser.trouble = undefined;
    await again.library.keeper.retry();
    expect(await stored()).toEqual(['Opening lab: one']);
    expect(browser.local.length).toBe(0);
  });

  it('keeps the reader from leaving only when there is no place at all', async () => {
    browser.trouble = 'refused';
    const opener = await tab.load();
    expect(opener.library.keeper.secure()).toBe(true);
    await edit(opener, 'one');
    browser.local.setItem = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    expect(opener.library.keeper.secure()).toBe(false);
  });
});

describe('a page that goes away in the middle', () => {
  it('leaves its last edits where the next page takes them over', async () => {
    const opener = await tab.load();
    await edit(opener, 'one');
    // The storage does not answer any more: the page is gone before.
    editSeed('two');
    editSeed('three');
    opener.library.keeper.secure();
    await tab.load();
    expect(useDocument.getState().scenario?.seed).toBe('three');
    expect(await stored()).toEqual(['Opening lab: three']);
    expect(browser.local.length).toBe(0);
  });
});

describe('the lab that an earlier version kept', () => {
  const KEY = 'netboot-lab.autosave.1';

  it('becomes one of the reader’s, once', async () => {
    browser.local.setItem(KEY, JSON.stringify(lab('Kept before', 'mine')));
    await tab.load();
    expect(tab.shown).toBe('Kept before');
    expect(await stored()).toEqual(['Kept before: mine']);
    expect(browser.local.length).toBe(0);
  });

  it('is a lab of the site when nobody has edited it', async () => {
    browser.local.setItem(KEY, JSON.stringify(lab('Other lab')));
    await tab.load();
    expect(tab.shown).toBe('Other lab');
    expect(await stored()).toEqual([]);
    await new TestTab(browser).load();
    expect(useDocument.getState().scenario?.name).toBe('Opening lab');
  });

  it('stays where it is while nothing can be stored', async () => {
    browser.trouble = 'refused';
    browser.local.setItem(KEY, JSON.stringify(lab('Kept before', 'mine')));
    await tab.load();
    expect(browser.local.getItem(KEY)).not.toBeNull();
  });
});

describe('a link that names files', () => {
  const file = { name: 'disk.img', sha256: 'a'.repeat(64), sizeBytes: 9000, path: '$' };

  it('asks for all of them, and reaches its moment when they are here', async () => {
    const other = { ...file, name: 'other.img', sha256: 'b'.repeat(64) };
    tab.missing = async () => await Promise.resolve([file, other]);
    tab.hash = LINK;
    const opener = await tab.load();
    expect(useMissing.getState()).toMatchObject({ isOpen: true, missing: [file, other] });
    expect(tab.built).toEqual([]);
    expect(tab.moments).toEqual([]);
    tab.missing = async () => await Promise.resolve([]);
    await opener.rebuild();
    expect(useMissing.getState()).toMatchObject({ isOpen: false, missing: [] });
    expect(tab.built).toEqual(['Linked lab']);
    expect(tab.moments).toEqual([5]);
    await opener.rebuild();
    expect(tab.moments).toEqual([5]);
  });

  it('does not go to its moment in another lab', async () => {
    tab.missing = async () => await Promise.resolve([file]);
    tab.hash = LINK;
    const opener = await tab.load();
    tab.missing = async () => await Promise.resolve([]);
    await opener.openNamed('scenarios/other.json');
    expect(tab.built).toEqual(['Other lab']);
    expect(tab.moments).toEqual([]);
  });
});
