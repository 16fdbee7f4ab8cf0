/**
 * Starts Debian's WebKitGTK on a screen of its own (it has no headless mode). It is driven by W3C WebDriver
 * over HTTP (https://www.w3.org/TR/webdriver2/), of which this is the part that the journeys need.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { DRIVER, findWebKit, SCREEN } from './find-webkit.ts';
import type { Tab } from './tab.ts';

/** The name under which WebDriver gives an element. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const START_MS = 30_000;
const SCRIPT_MS = 600_000;

async function freePort(): Promise<number> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** `home`: the folder that the browser takes for the person's; files are saved to it. */
export async function openWebKit(home: string): Promise<Tab> {
  const binary = findWebKit();
  if (binary === undefined)
    throw new Error('No WebKitGTK: install Debian\'s "webkit2gtk-driver", "xvfb" and "xauth" packages.');
  const port = await freePort();
  const env = { ...process.env, HOME: home, LANG: 'C.UTF-8' };
  // A process group of its own, so that the screen ends with the driver.
  const driver = spawn(SCREEN, ['-a', '-s', '-screen 0 1280x800x24', DRIVER, '-p', String(port)], {
    stdio: 'ignore',
    detached: true,
    env,
  });
  const end = (): void => {
    process.off('exit', end);
    if (driver.pid !== undefined && driver.exitCode === null) process.kill(-driver.pid);
  };
  process.once('exit', end);
  const call = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { value } = (await response.json()) as { readonly value: unknown };
    if (!response.ok) throw new Error(`WebDriver, ${path}: ${JSON.stringify(value)}`);
    return value;
  };
  const startSession = async (): Promise<string> => {
    const limitMs = performance.now() + START_MS;
    for (;;) {
      try {
        await call('GET', '/status');
        break;
      } catch (error) {
        if (driver.exitCode !== null || performance.now() > limitMs) throw error;
        await wait(50);
      }
    }
    const options = { binary, args: ['--automation'] };
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': options } };
    const { sessionId } = (await call('POST', '/session', { capabilities })) as { readonly sessionId: string };
    await call('POST', `/session/${sessionId}/timeouts`, { script: SCRIPT_MS });
    return `/session/${sessionId}`;
  };
  const session = await startSession().catch((error: unknown) => {
    end();
    throw error;
  });
  const find = async (selector: string): Promise<string> => {
    const found = await call('POST', `${session}/element`, { using: 'css selector', value: selector });
    return `${session}/element/${(found as Record<string, string>)[ELEMENT]}`;
  };
  const evaluate: Tab['evaluate'] = async (called, ...args) => {
    const script = `return (${called.toString()})(...arguments);`;
    return (await call('POST', `${session}/execute/sync`, { script, args })) as never;
  };
  return {
    evaluate,
    open: async (url) => void (await call('POST', `${session}/url`, { url })),
    reload: async () => void (await call('POST', `${session}/refresh`, {})),
    click: async (selector) => void (await call('POST', `${await find(selector)}/click`, {})),
    // Keys sent by WebDriver did not reach the field reliably: its value is set, and its form submitted, by a script.
    enter: async (selector, text) => {
      await evaluate(
        (field, value) => {
          const input = document.querySelector<HTMLInputElement>(field);
          Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, value);
          input?.dispatchEvent(new Event('input', { bubbles: true }));
        },
        selector,
        text,
      );
      await evaluate((field) => document.querySelector<HTMLInputElement>(field)?.form?.requestSubmit(), selector);
    },
    screenshot: async (path) => {
      writeFileSync(path, Buffer.from((await call('GET', `${session}/screenshot`)) as string, 'base64'));
    },
    close: async () => {
      await call('DELETE', session).finally(end);
    },
  };
}
