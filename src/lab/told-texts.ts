/** The sentences of a lab's parts that other languages have too: the page knows the parts through the lab. */
export { FAULT_TEXTS, faultSentence, type FaultTextId } from '../net/fault-texts.ts';
