/** Starts the page: first its frame, so that something is shown at once, then the workers and the lab. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './tokens.css';
import { pageCommands } from '../page/commands/all.ts';
import { placePanels } from '../page/panels.ts';
import { startLayouts } from '../page/layout/layout-store.ts';
import { Controller } from '../page/controller.ts';
import { siteSettings } from '../page/document/site-settings.ts';
import { speakWithEmbedder } from '../page/shell/embedding.ts';
import { holdBuild, installOffline } from '../page/shell/offline.ts';
import { keepSettings } from '../page/shell/settings.ts';
import { PANELS } from './panels/all.ts';
import { App } from './app.tsx';
import { keepScreenHistory } from './panels/console/screen/screen-history.ts';
import { keepScreens } from './panels/console/screen/screen-watch.ts';
import { keepSerialHistory } from './panels/console/serial/serial-history.ts';
import { PageContext } from './hooks.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
holdBuild();
placePanels(PANELS);
startLayouts();
const [controller] = await Promise.all([
  Controller.start(new URL('./', document.baseURI).href, siteSettings(document.documentElement.dataset)),
  keepSettings(navigator.languages),
]);
const page = { queries: controller, commands: pageCommands(controller) };
keepScreens(controller.client);
keepScreenHistory(controller.client);
keepSerialHistory(controller.client);
createRoot(root).render(
  <StrictMode>
    <PageContext value={page}>
      <App />
    </PageContext>
  </StrictMode>,
);
addEventListener('hashchange', () => {
  void controller.labs.openHash(location.hash).then(async () => await controller.lessons.openHash(location.hash));
});
if (!(await controller.lessons.openFirst(location.hash))) {
  await controller.labs.openFirst(location.hash);
  await controller.lessons.openHash(location.hash);
  await controller.opening.start();
}
speakWithEmbedder(controller, page.commands);
installOffline(controller);
