/** What the commands of certificates do to the document; with the authority's code, it is loaded when one of them runs. */
import { err, type Result } from '../../base/result.ts';
import type { Message } from '../../base/sentence.ts';
import { scenarioMessage } from '../../scenario/problems.ts';
import { isServer } from '../../scenario/nodes/queries.ts';
import type { FileContent } from '../../scenario/schema.ts';
import type { Controller } from '../controller.ts';
import { commandMessage } from '../commands/messages.ts';
import { useDocument } from '../store.ts';
import {
  importCertificate,
  makeCertificate,
  signatureBy,
  type CertificateWish,
  type ScenarioCertificate,
} from './certificates.ts';
import { problemAfter } from './edits/scenario-edits.ts';

/** Why an entry cannot be added: the lab would not be valid with it. */
function refusalOf(entry: Pick<ScenarioCertificate, 'name'>): Message | undefined {
  const { scenario } = useDocument.getState();
  const whole = { certificate: '-----BEGIN CERTIFICATE-----', ...entry };
  const fault = scenario && problemAfter(scenario, ({ certificates }) => void certificates.push(whole));
  return fault === undefined ? undefined : { text: fault.message, says: fault.says };
}

function add(made: Result<ScenarioCertificate, Message>): void {
  if (made.ok) useDocument.getState().edit(({ certificates }) => void certificates.push(made.value));
}

function missing(name: string): Message {
  return scenarioMessage('scenario.no-such-certificate', { name });
}

/** An authority must be in the lab, with its key. */
export function makeRefusal({ name, issuer }: CertificateWish): Message | undefined {
  const { scenario } = useDocument.getState();
  const authority = scenario?.certificates.find((each) => each.name === issuer);
  return issuer !== undefined && authority?.privateKey === undefined ? missing(issuer) : refusalOf({ name });
}

export function make(wish: CertificateWish): void {
  const { scenario } = useDocument.getState();
  if (scenario !== undefined) add(makeCertificate(scenario, wish));
}

export function importRefusal(name: string, file: Uint8Array): Message | undefined {
  const made = importCertificate(name, file);
  return made.ok ? refusalOf({ name }) : made.error;
}

export function importFile(name: string, file: Uint8Array): void {
  add(importCertificate(name, file));
}

export function removeRefusal(name: string): Message | undefined {
  const isThere = useDocument.getState().scenario?.certificates.some((each) => each.name === name);
  return isThere === true ? undefined : missing(name);
}

export function remove(name: string): void {
  useDocument.getState().edit((draft) => {
    draft.certificates = draft.certificates.filter((each) => each.name !== name);
    for (const each of draft.certificates) if (each.issuer === name) delete each.issuer;
  });
}

export function revoke(name: string, isRevoked: boolean): void {
  useDocument.getState().edit((draft) => {
    for (const each of draft.certificates) {
      if (each.name !== name) continue;
      if (isRevoked) each.revoked = true;
      else delete each.revoked;
    }
  });
}

export interface Signing {
  readonly server: string;
  readonly path: string;
  readonly signer: string;
}

async function signatureOf({ client }: Controller, signing: Signing): Promise<Result<FileContent, Message>> {
  const { scenario } = useDocument.getState();
  const content = await client.lab.fileBytes(signing.server, signing.path);
  return scenario === undefined || content === undefined
    ? err(commandMessage('command.no-node', { name: signing.path }))
    : signatureBy(scenario, signing.signer, content);
}

export async function signRefusal(page: Controller, signing: Signing): Promise<Message | undefined> {
  const signed = await signatureOf(page, signing);
  return signed.ok ? undefined : signed.error;
}

/** Puts the signature beside the file, and restarts the lab with it. */
export async function sign(page: Controller, signing: Signing): Promise<void> {
  const signed = await signatureOf(page, signing);
  if (!signed.ok) return;
  const path = `${signing.path}.sig`;
  useDocument.getState().edit(({ nodes }) => {
    const server = nodes.filter(isServer).find(({ name }) => name === signing.server);
    if (server !== undefined) {
      server.files = [...server.files.filter((file) => file.path !== path), { path, content: signed.value }];
    }
  });
  await page.rebuild();
}
