/** The commands of the page. Panels have a command each, `panel.ID`, so that links, keys and lessons can show them. */
import type { Scenario } from '../../scenario/schema.ts';
import { addNode, addRogue, addRouter } from '../document/scenario-edits.ts';
import { useLabs } from '../document/lab-library.ts';
import type { Controller } from '../controller.ts';
import { useSelected } from '../time/selection-details.ts';
import { panelPlaces, showPanel } from '../panels.ts';
import { changeLanguage } from '../shell/settings.ts';
import { CONSOLE_VIEWS, useDocument, useLive, useView, type Theme } from '../store.ts';

const NODE_KINDS = ['pc', 'bare', 'switch', 'server'] as const;

export function isDark(theme: Theme): boolean {
  return theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
}

/** Called once, when the controller exists. */
export function registerPageCommands(controller: Controller): void {
  const { commands } = controller;
  const isReady = (): boolean => useLive.getState().progress?.kind === 'ready';
  const isPast = (): boolean => useView.getState().pastNs !== undefined;
  commands.register({
    id: 'time.run',
    title: 'time.run',
    key: 'F9',
    isEnabled: isReady,
    run: () => controller.time.run(),
  });
  commands.register({
    id: 'time.pause',
    title: 'time.pause',
    key: 'F8',
    isEnabled: isReady,
    run: () => controller.time.pause(),
  });
  commands.register({
    id: 'time.step-frame',
    title: 'time.stepFrame',
    key: 'F10',
    isEnabled: isReady,
    run: () => controller.time.step('frame'),
  });
  commands.register({
    id: 'time.step-event',
    title: 'time.stepEvent',
    key: 'Shift+F10',
    isEnabled: isReady,
    run: () => controller.time.step('event'),
  });
  commands.register({
    id: 'time.until',
    title: 'time.until',
    needsArgument: true,
    run: (condition) => controller.time.runUntil(condition),
  });
  commands.register({
    id: 'time.pace',
    title: 'time.pace',
    needsArgument: true,
    run: (pace) => controller.time.setPace(pace === 'auto' ? undefined : pace === 'frames' ? pace : Number(pace)),
  });
  commands.register({
    id: 'time.slower',
    title: 'time.slower',
    key: 'Alt+,',
    run: () => controller.time.changePace(-1),
  });
  commands.register({
    id: 'time.faster',
    title: 'time.faster',
    key: 'Alt+.',
    run: () => controller.time.changePace(1),
  });
  commands.register({
    id: 'time.go-to',
    title: 'time.goTo',
    needsArgument: true,
    run: (timeNs) => controller.moments.goTo(Number(timeNs)),
  });
  commands.register({
    id: 'time.go-to-selected',
    title: 'time.goToSelected',
    key: 'F6',
    isEnabled: () => isReady() && (isPast() || useView.getState().selection.kind === 'event'),
    run: () => controller.moments.goBackHere(),
  });
  commands.register({
    id: 'time.look-live',
    title: 'time.lookLive',
    key: 'Escape',
    isEnabled: () => {
      const { paletteOpen, shareOpen, aboutOpen, labsOpen } = useView.getState();
      return isPast() && !paletteOpen && !shareOpen && !aboutOpen && !labsOpen;
    },
    run: () => controller.time.look(undefined),
  });
  commands.register({
    id: 'notice.close',
    title: 'notice.close',
    key: 'Escape',
    isEnabled: () =>
      useLive.getState().notice !== undefined &&
      !isPast() &&
      !useView.getState().paletteOpen &&
      !useView.getState().shareOpen,
    run: () => useLive.setState({ notice: undefined }),
  });
  commands.register({
    id: 'time.look-before',
    title: 'time.lookBefore',
    key: 'F7',
    isEnabled: isReady,
    run: () => controller.time.lookAtFrame('before'),
  });
  commands.register({
    id: 'time.look-after',
    title: 'time.lookAfter',
    key: 'Shift+F7',
    isEnabled: () => isReady() && isPast(),
    run: () => controller.time.lookAtFrame('after'),
  });
  for (const [id, title, key] of [
    ['event.cause', 'event.cause', 'Alt+ArrowUp'],
    ['event.effect', 'event.effect', 'Alt+ArrowDown'],
  ] as const)
    commands.register({
      id,
      title,
      key,
      isEnabled: () => useSelected.getState().explanation !== undefined,
      run: () => {
        const { causes, consequences } = useSelected.getState().explanation ?? { causes: [], consequences: [] };
        const next = id === 'event.cause' ? causes.at(-1) : consequences.at(0);
        if (next !== undefined) controller.select({ kind: 'event', id: next.id });
      },
    });
  commands.register({ id: 'time.restart', title: 'time.restart', run: () => controller.rebuild() });
  commands.register({
    id: 'machine.power',
    title: 'machine.powerOn',
    run: (name) => controller.switchOn(name ?? useView.getState().machine),
  });
  for (const [id, title, to] of [
    ['machine.power-off', 'machine.powerOff', 'off'],
    ['machine.reset', 'machine.reset', 'reset'],
  ] as const)
    commands.register({
      id,
      title,
      isEnabled: isReady,
      run: async (name) => {
        const machine = name ?? useView.getState().machine;
        if (machine !== undefined) await controller.machine(machine, { kind: 'power', to });
      },
    });
  for (const view of CONSOLE_VIEWS)
    commands.register({
      id: `console.${view}`,
      title: `console.${view}`,
      run: () => {
        showPanel('console');
        useView.setState({ consoleView: view });
      },
    });
  for (const kind of ['pause', 'step', 'go'] as const)
    commands.register({
      id: `ipxe.${kind}`,
      title: `ipxe.${kind}`,
      isEnabled: isReady,
      run: (name) => controller.stepScript(name ?? useView.getState().machine, { kind }),
    });
  commands.register({ id: 'packets.save', title: 'packets.export', run: () => controller.saveCapture() });
  commands.register({
    id: 'palette.open',
    title: 'palette.open',
    key: 'Ctrl+K',
    run: () => useView.setState({ paletteOpen: true }),
  });
  commands.register({ id: 'share.open', title: 'share.open', run: () => useView.setState({ shareOpen: true }) });
  commands.register({ id: 'about.open', title: 'about.open', run: () => useView.setState({ aboutOpen: true }) });
  commands.register({ id: 'lab.new', title: 'app.newLab', run: () => controller.labs.openEmpty() });
  commands.register({
    id: 'lab.open',
    title: 'lab.openOpening',
    run: (path) =>
      controller.labs.openNamed(`scenarios/${/^[\w-]+\.json$/.test(path ?? '') ? path : 'debian-installer.json'}`),
  });
  commands.register({ id: 'lab.choose', title: 'lab.choose', run: () => useView.setState({ labsOpen: true }) });
  commands.register({
    id: 'lab.previous',
    title: 'labs.previous',
    isEnabled: () => controller.labs.canGo('back'),
    run: () => controller.labs.go('back'),
  });
  commands.register({
    id: 'lab.restore',
    title: 'labs.restore',
    isEnabled: () => useLabs.getState().removed !== undefined,
    run: () => controller.labs.restore(),
  });
  commands.register({ id: 'lab.save', title: 'lab.save', run: () => controller.saveScenario() });
  for (const [id, side, key] of [
    ['edit.undo', 'back', 'Ctrl+Z'],
    ['edit.redo', 'forward', 'Ctrl+Y'],
  ] as const)
    commands.register({
      id,
      title: id,
      key,
      isEnabled: () => controller.labs.canUndo(side),
      run: () => controller.labs.undo(side),
    });
  // A new node is selected, so it can be named and configured at once.
  const add = (change: (draft: Scenario) => string): void => {
    let name = '';
    useDocument.getState().edit((draft) => {
      name = change(draft);
    });
    controller.select({ kind: 'node', name });
  };
  commands.register({ id: 'topology.add-router', title: 'topology.add.router', run: () => add(addRouter) });
  commands.register({ id: 'topology.add-rogue', title: 'topology.add.rogue', run: () => add(addRogue) });
  for (const kind of NODE_KINDS)
    commands.register({
      id: `topology.add-${kind}`,
      title: `topology.add.${kind}`,
      run: () => add((draft) => addNode(draft, kind)),
    });
  panelPlaces().forEach(({ id, title }, i) =>
    commands.register({
      id: `panel.${id}`,
      title,
      ...(i < 10 ? { key: `Alt+${(i + 1) % 10}` } : {}),
      run: () => showPanel(id),
    }),
  );
  commands.register({
    id: 'packets.filter',
    title: 'packets.filter',
    run: (filter) => {
      showPanel('packets');
      useView.setState({ filter: filter ?? '' });
    },
  });
  commands.register({
    id: 'language.switch',
    title: 'language.switch',
    run: () => changeLanguage(useView.getState().language === 'en' ? 'fr' : 'en'),
  });
  commands.register({
    id: 'theme.switch',
    title: 'theme.switch',
    run: () => useView.setState(({ theme }) => ({ theme: isDark(theme) ? 'light' : 'dark' })),
  });
}
