/** Files that the reader hands to the page, and what becomes of each: a lab, a capture, a configuration, a file to serve. */
import { sha256 } from '@noble/hashes/sha2.js';
import { equalBytes, fromUtf8, toHex, utf8 } from '../base/bytes.ts';
import { SCENARIO_LIMITS } from '../scenario/schema.ts';
import type { Controller } from './controller.ts';
import { wholeNode } from './edit.ts';
import { showPanel } from './page-commands.ts';
import { useDocument, useLive, useView } from './store.ts';

/** A file that is served travels in the scenario, as base64: within the schema's limit. */
export const MAX_SERVED_BYTES = Math.floor((2 * SCENARIO_LIMITS.maxTextBytes * 3) / 4);

export async function takeFiles(controller: Controller, files: readonly File[]): Promise<void> {
  for (const file of files) await takeFile(controller, file);
}

async function takeFile(controller: Controller, file: File): Promise<void> {
  const name = file.name.toLowerCase();
  if (name.endsWith('.json')) await controller.openText(await file.text());
  else if (/\.(pcap|pcapng|cap)$/.test(name)) {
    showPanel('packets');
    await importCapture(controller, file);
  } else if (name.endsWith('.conf')) await replaceConfig(controller, file);
  else await serveFile(controller, file);
}

/** Shows a capture file instead of the lab's own frames. */
export async function importCapture(controller: Controller, file: File): Promise<void> {
  const { ok, message, frames } = await controller.client.analysis.importFile(new Uint8Array(await file.arrayBuffer()));
  if (ok) useView.setState({ capture: { name: file.name, frames } });
  else useLive.setState({ faults: [{ path: file.name, message }] });
}

export async function backToLiveCapture(controller: Controller): Promise<void> {
  await controller.client.analysis.importFile(undefined);
  useView.setState({ capture: undefined });
}

function selectedServer(): string | undefined {
  const { server } = useView.getState();
  if (server === undefined) useLive.setState({ notice: { id: 'drop.noServer' } });
  return server;
}

async function replaceConfig(controller: Controller, file: File): Promise<void> {
  const server = selectedServer();
  if (server === undefined) return;
  const config = await file.text();
  useDocument.getState().edit((scenario) => {
    const node = scenario.nodes.find((known) => known.name === server);
    if (node?.kind !== 'server') return;
    const { dnsmasq } = node.services;
    if (dnsmasq !== undefined) dnsmasq.config = config;
    else {
      const whole = wholeNode({
        kind: 'server',
        name: server,
        nics: [...node.nics],
        services: { dnsmasq: { config } },
      });
      if (whole.kind === 'server') node.services.dnsmasq = whole.services.dnsmasq;
    }
  });
  showPanel('server');
  useLive.setState({ notice: { id: 'drop.configTaken', parameters: { name: file.name, server } } });
  await controller.rebuild();
}

/** The file stands where the server's TFTP looks. */
async function serveFile(controller: Controller, file: File): Promise<void> {
  const server = selectedServer();
  if (server === undefined) return;
  if (file.size > MAX_SERVED_BYTES) {
    const limit = (MAX_SERVED_BYTES / 1e6).toFixed(1);
    useLive.setState({ notice: { id: 'drop.tooLarge', parameters: { name: file.name, limit } } });
    return;
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  let path = '';
  useDocument.getState().edit((scenario) => {
    const node = scenario.nodes.find((known) => known.name === server);
    if (node?.kind !== 'server') return;
    const root = /^tftp-root=([^,\s]+)/m.exec(node.services.dnsmasq?.config ?? '')?.[1] ?? '/srv/tftp';
    path = `${root.replace(/\/$/, '')}/${file.name}`;
    node.files = [...node.files.filter((entry) => entry.path !== path), { path, content: contentOf(bytes) }];
  });
  showPanel('server');
  useLive.setState({
    notice: { id: 'drop.fileTaken', parameters: { path, server, hash: toHex(sha256(bytes)) } },
  });
  await controller.rebuild();
}

/** As text when it is text, so that the link stays short and readable. */
function contentOf(bytes: Uint8Array): { text: string } | { base64: string } {
  const text = fromUtf8(bytes);
  if (equalBytes(utf8(text), bytes)) return { text };
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x2000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x2000));
  return { base64: btoa(binary) };
}
