/**
 * Files that the reader gives to the page, and how each is used: as a lab, a capture, a configuration, a file to serve.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { toHex } from '../../../base/bytes.ts';
import type { Controller } from '../../controller.ts';
import { contentOfFile, MAX_TEXT_BYTES, textContent } from './file-content.ts';
import { keepNamedFiles } from './given-files.ts';
import { useMissing } from './missing-files.ts';
import { isServer } from '../../../scenario/nodes/queries.ts';
import { wholeNode } from '../edits/scenario-edits.ts';
import { sayMessage } from '../../i18n/index.ts';
import { configKind, convertConfig } from './import-config.ts';
import { showPanel } from '../../layout/show-panel.ts';
import { notify, useDocument, useView } from '../../store.ts';

/** A file is held in memory by the page and by the lab's worker. */
const MAX_SERVED_BYTES = 512 * 1024 * 1024;
/** The name that distinguishes a dnsmasq.conf from the files that it reads. */
const MAIN_CONFIG = 'dnsmasq.conf';
const CAPTURE_NAME = /\.(?:pcap|pcapng|cap|dmp)(?:\.gz)?$/;

export async function openFiles(controller: Controller, given: readonly File[]): Promise<void> {
  const files = await keepNamed(controller, given);
  // The configuration goes before the files that it reads.
  const isMain = (file: File): boolean => file.name.toLowerCase() === MAIN_CONFIG;
  for (const file of [...files.filter(isMain), ...files.filter((one) => !isMain(one))])
    try {
      await openFile(controller, file);
    } catch {
      notify({ id: 'drop.notKept', parameters: { name: file.name } });
    }
}

/**
 * Stores the files that the lab names by their hash; once all are present, the lab opens. Returns the others; while the
 * dialog asks for files, those are only reported as not requested.
 */
async function keepNamed(controller: Controller, files: readonly File[]): Promise<readonly File[]> {
  const { scenario } = useDocument.getState();
  if (scenario === undefined) return files;
  const { isOpen } = useMissing.getState();
  const names = (some: readonly File[]): string => some.map(({ name }) => name).join(', ');
  try {
    const { kept, others } = await keepNamedFiles(scenario, files);
    if (kept.length > 0) {
      notify({ id: 'drop.missingTaken', parameters: { names: names(kept) } });
      await controller.rebuild();
    }
    if (!isOpen) return others;
    if (others.length > 0)
      useMissing.setState({ notes: [{ id: 'files.notAsked', parameters: { names: names(others) } }] });
  } catch {
    if (!isOpen) notify({ id: 'drop.notKept', parameters: { name: names(files) } });
    else useMissing.setState({ notes: [{ id: 'drop.notKept', parameters: { name: names(files) } }] });
  }
  return [];
}

async function openFile(controller: Controller, file: File): Promise<void> {
  if (await addSideFile(controller, file)) return;
  const name = file.name.toLowerCase();
  if (name.endsWith('.json')) {
    const text = await file.text();
    if (configKind(text) === 'kea') await replaceConfig(controller, file.name, text);
    else if (!(await controller.lessons.openText(text))) await controller.labs.openText(text);
  } else if (CAPTURE_NAME.test(name)) {
    const { openCapture } = await import('../../captures/captures.ts');
    showPanel('packets');
    await openCapture(controller.client, file);
  } else if (name.endsWith('.conf')) await replaceConfig(controller, file.name, await file.text());
  else await serveFile(controller, file);
}

/** A file that the selected server's configuration reads: conf-file, conf-dir, hosts and options files. */
async function addSideFile(controller: Controller, file: File): Promise<boolean> {
  const { server } = useView.getState();
  const node = useDocument.getState().scenario?.nodes.find(({ name }) => name === server);
  const dnsmasq = node !== undefined && isServer(node) ? node.services.dnsmasq : undefined;
  if (server === undefined || dnsmasq === undefined || file.name === MAIN_CONFIG || file.size > MAX_TEXT_BYTES)
    return false;
  const { sidePath } = await import('../../../services/dnsmasq/config/side-path.ts');
  const path = sidePath(dnsmasq.config, file.name);
  if (path === undefined) return false;
  const text = await file.text();
  useDocument.getState().edit((scenario) => {
    const edited = scenario.nodes.find(({ name }) => name === server);
    if (edited !== undefined && isServer(edited) && edited.services.dnsmasq !== undefined)
      edited.services.dnsmasq.files[path] = text;
  });
  showPanel('server');
  notify({ id: 'drop.sideFileTaken', parameters: { path, server } });
  await controller.rebuild();
  return true;
}

function selectedServer(): string | undefined {
  const { server } = useView.getState();
  if (server === undefined) notify({ id: 'drop.noServer' });
  return server;
}

/** DHCP of dnsmasq off, and its TFTP on: what serves the files beside a dhcpd. */
function besideDhcpd(config: string | undefined): string {
  const kept = (config ?? '').split('\n').filter((line) => /^\s*(enable-tftp|tftp-|port=|log-)/.test(line));
  const lines = kept.some((line) => line.includes('enable-tftp'))
    ? kept
    : ['enable-tftp', 'tftp-root=/srv/tftp', ...kept];
  return `${[...(lines.some((line) => line.startsWith('port=')) ? [] : ['port=0']), ...lines].join('\n')}\n`;
}

/** Files that a configuration includes: those beside the server's own, and those that it serves, as far as they are text. */
function includedFile(server: string): (path: string) => string | undefined {
  const node = useDocument.getState().scenario?.nodes.find(({ name }) => name === server);
  return (path) => {
    if (node === undefined || !isServer(node)) return undefined;
    const file = node.files.find((one) => one.path === path);
    const served = file !== undefined && 'content' in file && 'text' in file.content ? file.content.text : undefined;
    return node.services.dnsmasq?.files[path] ?? node.services.dhcpd?.files[path] ?? served;
  };
}

/** A dnsmasq.conf, a dhcpd.conf, or what another server's configuration becomes, as that of the selected server. */
export async function replaceConfig(controller: Controller, name: string, text: string): Promise<void> {
  const server = selectedServer();
  if (server === undefined) return;
  const { config, report } = await convertConfig(
    text,
    (message) => sayMessage(useView.getState().language, message),
    includedFile(server),
  );
  useDocument.getState().edit((scenario) => {
    const node = scenario.nodes.find((known) => known.name === server);
    if (node === undefined || !isServer(node)) return;
    const { dnsmasq } = node.services;
    const isDhcpd = configKind(text) === 'dhcpd';
    // One server cannot have two programs on port 67: dnsmasq keeps what is about files.
    const services = isDhcpd
      ? { dhcpd: { config }, dnsmasq: { ...dnsmasq, config: besideDhcpd(dnsmasq?.config) } }
      : { dnsmasq: { ...dnsmasq, config } };
    const whole = wholeNode({ kind: 'server', name: server, nics: [...node.nics], services });
    if (!isDhcpd) delete node.services.dhcpd;
    if (isServer(whole)) Object.assign(node.services, whole.services);
  });
  showPanel('server');
  const parameters = { name, server, count: report.length };
  notify({ id: report.length === 0 ? 'drop.configTaken' : 'drop.configImported', parameters });
  await controller.rebuild();
}

/** The file is placed in the server's TFTP directory. */
async function serveFile(controller: Controller, file: File): Promise<void> {
  const server = selectedServer();
  if (server === undefined) return;
  if (file.size > MAX_SERVED_BYTES) {
    const limit = String(MAX_SERVED_BYTES / 1024 / 1024);
    notify({ id: 'drop.tooLarge', parameters: { name: file.name, limit } });
    return;
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const content = textContent(bytes) ?? (await contentOfFile(file.name, bytes, controller.client.manifest.files));
  let path = '';
  useDocument.getState().edit((scenario) => {
    const node = scenario.nodes.find((known) => known.name === server);
    if (node === undefined || !isServer(node)) return;
    const root = /^tftp-root=([^,\s]+)/m.exec(node.services.dnsmasq?.config ?? '')?.[1] ?? '/srv/tftp';
    path = `${root.replace(/\/$/, '')}/${file.name}`;
    node.files = [...node.files.filter((entry) => entry.path !== path), { path, content }];
  });
  showPanel('server');
  notify({ id: 'drop.fileTaken', parameters: { path, server, hash: toHex(sha256(bytes)) } });
  await controller.rebuild();
}
