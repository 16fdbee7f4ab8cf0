/** The lab's certificates: made, imported, removed, and used to sign files of servers. Their code comes when it is used. */
import * as z from 'zod/mini';
import { defineCommandWith, unlessLab } from '../define.ts';

const name = z.string().check(z.minLength(1), z.maxLength(64));
const day = z.string().check(z.refine((text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))));

const load = async (): Promise<typeof import('../../document/certificate-edits.ts')> =>
  await import('../../document/certificate-edits.ts');

export const CERTIFICATE_COMMANDS = [
  defineCommandWith({
    id: 'certificate.make',
    title: { en: 'Make a certificate', fr: 'Créer un certificat' },
    whyNot: unlessLab,
    argument: z.strictObject({
      name,
      kind: z.enum(['root', 'intermediate', 'server', 'client', 'code-signing']),
      issuer: z.optional(name),
      hosts: z.string(),
      from: day,
      until: day,
      key: z.enum(['P-256', 'P-384', 'RSA-2048', 'RSA-1024', 'RSA-3072']),
      ocspUrl: z.optional(z.string().check(z.maxLength(200))),
    }),
    refusal: async (_, wish) => (await load()).makeRefusal(wish),
    run: async (_, wish) => (await load()).make(wish),
  }),
  defineCommandWith({
    id: 'certificate.import',
    title: { en: 'Import a certificate', fr: 'Importer un certificat' },
    whyNot: unlessLab,
    argument: z.strictObject({ name, file: z.instanceof(Uint8Array) }),
    refusal: async (_, given) => (await load()).importRefusal(given.name, given.file),
    run: async (_, given) => (await load()).importFile(given.name, given.file),
  }),
  defineCommandWith({
    id: 'certificate.remove',
    title: { en: 'Remove a certificate', fr: 'Retirer un certificat' },
    whyNot: unlessLab,
    argument: name,
    refusal: async (_, given) => (await load()).removeRefusal(given),
    run: async (_, given) => (await load()).remove(given),
  }),
  /** The responders of the lab tell clients. */
  defineCommandWith({
    id: 'certificate.revoke',
    title: { en: 'Revoke a certificate, or take that back', fr: 'Révoquer un certificat, ou revenir dessus' },
    whyNot: unlessLab,
    argument: z.strictObject({ name, revoked: z.boolean() }),
    refusal: async (_, given) => (await load()).removeRefusal(given.name),
    run: async (_, given) => (await load()).revoke(given.name, given.revoked),
  }),
  /** Puts `PATH.sig` beside a file of a server. */
  defineCommandWith({
    id: 'certificate.sign-file',
    title: { en: 'Sign a file', fr: 'Signer un fichier' },
    whyNot: unlessLab,
    argument: z.strictObject({ server: name, path: z.string(), signer: name }),
    refusal: async (page, signing) => await (await load()).signRefusal(page, signing),
    run: async (page, signing) => await (await load()).sign(page, signing),
  }),
] as const;
