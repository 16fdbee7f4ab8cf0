/** Configurations of other servers, recognised by their syntax; Kea's is converted into dnsmasq's language. */
import type { Message } from '../../../base/sentence.ts';
import { importMessage } from '../../../services/dnsmasq/import/messages.ts';
import type { ReadFile } from '../../../services/dnsmasq/import/json.ts';
import type { ImportNote, ImportResult } from '../../../services/dnsmasq/import/writer.ts';

/** The program that a configuration is for. */
export type ConfigKind = 'dnsmasq' | 'dhcpd' | 'kea';

/** A Kea configuration is JSON with a Dhcp4 part; a dhcpd.conf has blocks in braces, or statements that end in semicolons. */
export function configKind(text: string): ConfigKind {
  if (/^\s*(\/\/|#|\/\*|\{)/.test(text) && /"Dhcp4"\s*:/.test(text)) return 'kea';
  const hasBlocks =
    /^[ \t]*(subnet\s+[\d.]+\s+netmask|(shared-network|group|host|class|pool)\b[^\n;=]*\{|if\s[^\n;]*\{)/m.test(text);
  // dnsmasq has an equals sign between a directive and its value.
  const hasStatements = /^[ \t]*[a-z][\w-]*([ \t]+[^=\s;][^\n;]*)?;/m.test(text);
  return hasBlocks || hasStatements ? 'dhcpd' : 'dnsmasq';
}

/**
 * The text for dnsmasq or dhcpd, and the settings that could not be converted. `said` puts a message into the language of
 * the page, `readFile` gives included files.
 */
export async function convertConfig(
  text: string,
  said: (message: Message) => string,
  readFile?: ReadFile,
): Promise<ImportResult> {
  // Loaded when such a file is imported.
  switch (configKind(text)) {
    case 'dnsmasq':
      return { config: text, report: [] };
    case 'dhcpd':
      // The lab's dhcpd reads it as it is.
      return { config: text, report: [] };
    case 'kea': {
      const { importKea } = await import('../../../services/dnsmasq/import/kea.ts');
      return withReport(importKea(text, readFile), said);
    }
  }
}

/** The report is in the text too, as a list to work through. */
function withReport({ config, report }: ImportResult, said: (message: Message) => string): ImportResult {
  if (report.length === 0) return { config, report };
  const line = ({ place, message }: ImportNote): string =>
    `# ${said(place)}: ${said(message)}`.replace(/[\r\n]+/g, ' ');
  const title = said(importMessage('import.not-converted'));
  return { config: `${config}\n# ${title}\n${report.map(line).join('\n')}\n`, report };
}
