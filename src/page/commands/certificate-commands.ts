/** The lab's certificates: made, imported, removed, and used to sign files of servers. Their code comes when it is used. */
import * as z from 'zod/mini';
import { err, type Result } from '../../base/result.ts';
import type { Message } from '../../base/sentence.ts';
import { scenarioMessage } from '../../scenario/fault-texts.ts';
import { isServer } from '../../scenario/nodes/queries.ts';
import type { FileContent, Scenario } from '../../scenario/schema.ts';
import type { Controller } from '../controller.ts';
import { faultAfter } from '../document/edits/scenario-edits.ts';
import { useDocument } from '../store.ts';
import { defineCommandWith, unlessLab } from './define.ts';
import { commandMessage } from './messages.ts';

type Entry = Scenario['certificates'][number];

const name = z.string().check(z.minLength(1), z.maxLength(64));
const day = z.string().check(
  z.regex(/^\d{4}-\d\d-\d\d$/),
  z.refine((text) => !Number.isNaN(Date.parse(text))),
);

const loadAuthority = async (): Promise<typeof import('../document/certificates.ts')> =>
  await import('../document/certificates.ts');

const wish = z.strictObject({
  name,
  kind: z.enum(['root', 'intermediate', 'server', 'client', 'code-signing']),
  issuer: z.optional(name),
  hosts: z.string().check(z.maxLength(1000)),
  from: day,
  until: day,
  key: z.enum(['P-256', 'P-384', 'RSA-2048', 'RSA-1024', 'RSA-3072']),
});

const signing = z.strictObject({ server: z.string(), path: z.string(), signer: name });
const imported = z.strictObject({ name, file: z.instanceof(Uint8Array) });

/** Why an entry cannot be added: the lab would not be valid with it. */
function refusalOf(entry: Pick<Entry, 'name' | 'issuer'>): Message | undefined {
  const { scenario } = useDocument.getState();
  const whole = { certificate: '-----BEGIN CERTIFICATE-----', ...entry };
  const fault = scenario && faultAfter(scenario, ({ certificates }) => void certificates.push(whole));
  return fault === undefined ? undefined : { text: fault.message, says: fault.says };
}

function add(made: Result<Entry, Message>): void {
  if (made.ok) useDocument.getState().edit(({ certificates }) => void certificates.push(made.value));
}

async function make(given: z.output<typeof wish>): Promise<void> {
  const { scenario } = useDocument.getState();
  if (scenario !== undefined) add((await loadAuthority()).makeCertificate(scenario, given));
}

/** An authority must be in the lab, with its key. */
function wishRefusal({ name, issuer }: z.output<typeof wish>): Message | undefined {
  const { scenario } = useDocument.getState();
  const authority = scenario?.certificates.find((each) => each.name === issuer);
  if (issuer !== undefined && authority?.privateKey === undefined)
    return scenarioMessage('scenario.no-such-certificate', { name: issuer });
  return refusalOf({ name });
}

async function sign(
  { client }: Controller,
  { server, path, signer }: z.output<typeof signing>,
): Promise<Result<FileContent, Message>> {
  const { scenario } = useDocument.getState();
  const content = await client.lab.fileBytes(server, path);
  if (scenario === undefined || content === undefined) return err(commandMessage('command.no-node', { name: path }));
  return (await loadAuthority()).signatureBy(scenario, signer, content);
}

export const CERTIFICATE_COMMANDS = [
  defineCommandWith({
    id: 'certificate.make',
    title: { en: 'Make a certificate', fr: 'Créer un certificat' },
    whyNot: unlessLab,
    argument: wish,
    refusal: (_, given) => wishRefusal(given),
    run: async (_, given) => await make(given),
  }),
  defineCommandWith({
    id: 'certificate.import',
    title: { en: 'Import a certificate', fr: 'Importer un certificat' },
    whyNot: unlessLab,
    argument: imported,
    refusal: async (_, given) => {
      const made = (await loadAuthority()).importCertificate(given.name, given.file);
      return made.ok ? refusalOf({ name: given.name }) : made.error;
    },
    run: async (_, given) => add((await loadAuthority()).importCertificate(given.name, given.file)),
  }),
  defineCommandWith({
    id: 'certificate.remove',
    title: { en: 'Remove a certificate', fr: 'Retirer un certificat' },
    whyNot: unlessLab,
    argument: name,
    refusal: (_, given) => {
      const { scenario } = useDocument.getState();
      const isThere = scenario?.certificates.some((each) => each.name === given);
      return isThere === true ? undefined : scenarioMessage('scenario.no-such-certificate', { name: given });
    },
    run: (_, given) =>
      useDocument.getState().edit((draft) => {
        draft.certificates = draft.certificates.filter((each) => each.name !== given);
        for (const each of draft.certificates) if (each.issuer === given) delete each.issuer;
      }),
  }),
  /** Puts `PATH.sig` beside a file of a server. */
  defineCommandWith({
    id: 'certificate.sign-file',
    title: { en: 'Sign a file', fr: 'Signer un fichier' },
    whyNot: unlessLab,
    argument: signing,
    refusal: async (page, given) => {
      const signed = await sign(page, given);
      return signed.ok ? undefined : signed.error;
    },
    run: async (page, given) => {
      const signed = await sign(page, given);
      if (!signed.ok) return;
      const path = `${given.path}.sig`;
      useDocument.getState().edit(({ nodes }) => {
        const server = nodes.filter(isServer).find((node) => node.name === given.server);
        if (server === undefined) return;
        server.files = [...server.files.filter((file) => file.path !== path), { path, content: signed.value }];
      });
      await page.rebuild();
    },
  }),
] as const;
