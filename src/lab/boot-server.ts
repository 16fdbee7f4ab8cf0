/** The boot server as the application sees it: whom to ask about, what it answers, and the form of its configuration. */
export {
  ASK_KINDS,
  ASK_MESSAGES,
  type AskKind,
  type AskMessage,
  type MadeClient,
} from '../services/dnsmasq/ask/client.ts';
export type { AskAnswer, AskTag } from '../services/dnsmasq/ask/ask.ts';
export { completeConfigLine } from '../services/dnsmasq/config/complete.ts';
export {
  addService,
  readForm,
  removeService,
  writeForm,
  type ConfigForm,
  type NewService,
} from '../services/dnsmasq/config/form.ts';
