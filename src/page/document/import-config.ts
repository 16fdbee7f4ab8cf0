/** Configurations of other servers, recognised by their syntax and converted into dnsmasq's language. */
import type { ImportNote, ImportResult } from '../../services/dnsmasq/import/writer.ts';

/** The program that a configuration is for. */
export type ConfigKind = 'dnsmasq' | 'dhcpd' | 'kea';

/** A Kea configuration is JSON with a Dhcp4 part; a dhcpd.conf has blocks in braces. */
export function configKind(text: string): ConfigKind {
  if (/^\s*(\/\/|#|\/\*|\{)/.test(text) && /"Dhcp4"\s*:/.test(text)) return 'kea';
  return /^[ \t]*(subnet\s+[\d.]+\s+netmask|(shared-network|group|host|class|pool)\b[^\n;=]*\{)/m.test(text)
    ? 'dhcpd'
    : 'dnsmasq';
}

/** The text of a dnsmasq.conf, and the settings that could not be converted. A dnsmasq.conf is left unchanged. */
export async function takeOverConfig(text: string): Promise<ImportResult> {
  // Loaded when such a file is imported.
  switch (configKind(text)) {
    case 'dnsmasq':
      return { config: text, report: [] };
    case 'dhcpd': {
      const { importDhcpd } = await import('../../services/dnsmasq/import/dhcpd.ts');
      return withReport(importDhcpd(text));
    }
    case 'kea': {
      const { importKea } = await import('../../services/dnsmasq/import/kea.ts');
      return withReport(importKea(text));
    }
  }
}

/** The report is in the text too, as a list to work through. */
function withReport({ config, report }: ImportResult): ImportResult {
  if (report.length === 0) return { config, report };
  const line = ({ place, text }: ImportNote): string => `# ${place}: ${text}`.replace(/[\r\n]+/g, ' ');
  return { config: `${config}\n# Not taken over:\n${report.map(line).join('\n')}\n`, report };
}
