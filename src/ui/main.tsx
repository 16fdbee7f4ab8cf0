/** Starts the page: first its frame, so that something stands there at once, then the workers and the lab. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './tokens.css';
import { Controller } from '../app/controller.ts';
import { speakWithEmbedder } from '../app/embedding.ts';
import { installOffline } from '../app/offline.ts';
import { keepSettings } from '../app/settings.ts';
import { App } from './app.tsx';
import { keepScreenHistory } from './console/screen-history.ts';
import { keepScreens } from './console/screen-watch.ts';
import { keepSerialHistory } from './console/serial-history.ts';
import { ControllerContext } from './hooks.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
keepSettings(navigator.languages);
const controller = await Controller.start(new URL('./', document.baseURI).href);
keepScreens(controller.client);
keepScreenHistory(controller.client);
keepSerialHistory(controller.client);
createRoot(root).render(
  <StrictMode>
    <ControllerContext value={controller}>
      <App />
    </ControllerContext>
  </StrictMode>,
);
addEventListener('hashchange', () => void controller.openHash(location.hash));
await controller.openFirst(location.hash);
speakWithEmbedder(controller);
installOffline(controller);
