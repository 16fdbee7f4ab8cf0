/** Texts of the streams panel. */
import type { Language } from '../../../page/i18n/index.ts';

export const STREAM_TEXTS = {
  show: { en: 'Show as', fr: 'Montrer en' },
  ascii: { en: 'ASCII', fr: 'ASCII' },
  hex: { en: 'Hex dump', fr: 'Hexadécimal' },
  tree: { en: 'Tree', fr: 'Arbre' },
  side: { en: 'Who speaks', fr: 'Qui parle' },
  both: { en: 'Both', fr: 'Les deux' },
  more: { en: 'The first {shown} of {count} turns', fr: 'Les {shown} premiers échanges sur {count}' },
  preview: { en: 'Preview', fr: 'Aperçu' },
  previewOf: { en: 'Preview of {name}', fr: 'Aperçu de {name}' },
  after: { en: '+{time} s', fr: '+{time} s' },
} as const satisfies Readonly<Record<string, Readonly<Record<Language, string>>>>;
