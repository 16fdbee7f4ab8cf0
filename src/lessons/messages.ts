/** English messages about lessons: what a check looked for and what it found, and what is wrong with a lesson. */
import { defineMessages } from '../base/sentence.ts';

export const LESSON_TEXTS = {
  // What was looked for.
  'lesson.looked.seen': '{condition} in this run',
  'lesson.looked.unseen': '{before} in this run without {condition}',
  'lesson.looked.stage': '{machine} at the stage {stage}',
  'lesson.looked.silent': 'no answer from {server} to {mac} ({client})',
  'lesson.looked.answer': 'an answer from {server} to {mac} ({client}) with {values}',
  'lesson.looked.any-answer': 'an answer from {server} to {mac} ({client})',
  'lesson.looked.choice': 'the right answer to the question',
  'lesson.looked.value': 'the right value',
  'lesson.looked.frame': 'a selected frame that matches {filter}',
  'lesson.looked.same': '{place} as it was at the start',
  'lesson.file': 'the file {value}',
  'lesson.next-server': 'the next server {value}',
  'lesson.address': 'the address {value}',
  'lesson.list': '{first}, {next}',
  'lesson.nothing': 'none',
  // What was found.
  'lesson.found.met': 'it happened',
  'lesson.found.not-started': 'the lab has not run yet',
  'lesson.found.not-yet': 'not so far: after {seconds} s and {frames} frames, {machines}',
  'lesson.found.too-much': '{condition} happened',
  'lesson.found.at': '{machine} is at {stage}: {text}',
  'lesson.found.nowhere': '{machine} is off',
  'lesson.found.no-machine': 'there is no machine {machine}',
  'lesson.found.answer': 'it answers with {values}',
  'lesson.found.silence': 'it does not answer: {why}',
  'lesson.found.no-server': 'no dnsmasq runs on {server}',
  'lesson.found.no-choice': 'nothing is chosen yet',
  'lesson.found.choice': '“{answer}” was chosen',
  'lesson.found.no-value': 'nothing is written yet',
  'lesson.found.value': '“{answer}” was written',
  'lesson.found.no-frame': 'no frame is selected',
  'lesson.found.frame': 'frame {number} is selected',
  'lesson.found.other-frame': 'the selected frame {number} does not match',
  'lesson.found.same': 'it is',
  'lesson.found.changed': 'it was changed',
  'lesson.found.bad-condition': 'the condition cannot be read: {reason}',
  // What is wrong with a lesson.
  'lesson.no-place': 'there is no such place in the lab',
  'lesson.no-text': 'the text there does not contain {text}',
  'lesson.id-twice': 'two steps have the id {id}: give this one another',
  'lesson.two-questions': 'a step can ask one question: make two steps of it',
  'lesson.no-right': 'mark the right answers, and leave a wrong one',
  'lesson.no-lab-in-link': 'this link has no lab: hand in the link that the lesson makes',
  'lesson.not-fetched': 'there is no lesson {id}',
} as const;

export const lessonMessage = defineMessages(LESSON_TEXTS);
