/** Sentences planted outside the catalogues, and code that has none: a check that confuses them checks nothing. */
import { checkSentences } from './check.ts';

const PLANTS: Readonly<Record<string, readonly [path: string, source: string]>> = {
  'a string': ['src/lab/a.ts', "export const why = 'The lease is over.';"],
  'a string in small letters': ['src/page/a.ts', "log('its code could not be loaded');"],
  'a template': ['src/scenario/a.ts', 'export const say = (name: string) => `no file has the name ${name}`;'],
  'a template that begins with what is put in': ['src/services/ntp/a.ts', 'log(`${client} asks for the time`);'],
  'text of a component': ['src/ui/a.tsx', 'export const A = () => <b>No machine has asked</b>;'],
  'an attribute of a component': ['src/ui/a.tsx', 'export const A = () => <b title="Stop the lab now" />;'],
  'a table of another name': ['src/lab/a.ts', "export const WORDS = { end: 'The lab has ended.' };"],
  'a text in one language': ['src/ui/a.ts', "export const title = { en: 'Stop the lab now' };"],
};

const PLAIN: Readonly<Record<string, readonly [path: string, source: string]>> = {
  'a catalogue': ['src/lab/messages.ts', "export const LAB = { end: 'The lab has ended.' };"],
  'a table beside code': ['src/lab/a.ts', "const LAB_TEXTS = { end: 'The lab has ended.' };"],
  'texts of a part of a registry': ['src/lab/a.ts', "defineNode({ texts: { end: 'The lab has ended.' } });"],
  'a text in every language': [
    'src/ui/a.ts',
    "export const title = { en: 'Stop the lab now', fr: 'Arrêter le labo' };",
  ],
  'an invariant': ['src/lab/a.ts', "assert(n > 0, 'the schema has checked it');"],
  'an error that is thrown': ['src/lab/a.ts', "throw new Error('the schema has checked it');"],
  'classes, paths and ids': [
    'src/ui/a.tsx',
    'export const A = () => <b className={`${a} ${b}`} data-id="lab.of-machine" />;',
  ],
};

/** What the check missed, or reported without reason; empty when it can be relied on. */
export function testTheCheck(): readonly string[] {
  return [
    ...Object.entries(PLANTS)
      .filter(([, [path, source]]) => checkSentences(path, source).length !== 1)
      .map(([name]) => `not found: ${name}`),
    ...Object.entries(PLAIN)
      .filter(([, [path, source]]) => checkSentences(path, source).length > 0)
      .map(([name]) => `reported without reason: ${name}`),
  ];
}
