/** Starts the page. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './tokens.css';
import { App } from './app.tsx';
import { Controller } from '../app/controller.ts';
import { ControllerContext } from './hooks.ts';

import { keepSerialHistory } from './console/serial-history.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
const controller = await Controller.start(new URL('./', document.baseURI).href);
keepSerialHistory(controller.client);
createRoot(root).render(
  <StrictMode>
    <ControllerContext value={controller}>
      <App />
    </ControllerContext>
  </StrictMode>,
);
void controller.openFirst(location.hash);
