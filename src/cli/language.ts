/** The language of what the commands report about boots and answers: `--lang en` or `--lang fr`. */
import { err, ok, type Result } from '../base/result.ts';
import { defineMessages, say, type Message, type Translation } from '../base/sentence.ts';
import { labFr } from '../page/i18n/fr/lab.ts';

const CHECK_TEXTS = {
  'check.passed': 'passed: expected {expected}; {found}',
  'check.failed': 'failed: expected {expected}; {found}',
  'check.before': 'before: {verdict}',
  'check.unchanged': 'unchanged, run to its end: {verdict}',
  'check.after': 'after: {verdict}',
  'check.not-counted': 'does not count in a link',
  'check.unusable': 'unusable',
  'check.name': 'name',
  'check.steps': 'steps',
  'check.missing': 'first missing step',
} as const;

const checkFr: Translation<typeof CHECK_TEXTS> = {
  'check.passed': 'réussi : attendu {expected} ; {found}',
  'check.failed': 'échoué : attendu {expected} ; {found}',
  'check.before': 'avant : {verdict}',
  'check.unchanged': 'sans changement, jusqu’à la fin : {verdict}',
  'check.after': 'après : {verdict}',
  'check.not-counted': 'ne compte pas dans un lien',
  'check.unusable': 'inutilisable',
  'check.name': 'nom',
  'check.steps': 'étapes',
  'check.missing': 'première étape qui manque',
};

export const checkMessage = defineMessages(CHECK_TEXTS);

export type CliLanguage = 'en' | 'fr';

export function readLanguage(value: string | undefined): Result<CliLanguage, string> {
  return value === undefined || value === 'en' || value === 'fr'
    ? ok(value ?? 'en')
    : err(`--lang: expected en or fr, not ${value}`);
}

const french = { ...labFr, ...checkFr };

export function inLanguage(language: CliLanguage, { text, says }: Message): string {
  return (language === 'fr' ? say(says, french, 'fr') : undefined) ?? text;
}
