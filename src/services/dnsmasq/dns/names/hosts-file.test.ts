import { describe, expect, it } from 'vitest';
import { emptyConfig } from '../../config/model.ts';
import { MemoryFileTree } from '../../../files/file-tree.ts';
import { startupReport } from '../../startup.ts';
import { parseHostsFile } from './hosts-file.ts';

describe('a hosts file with lines that are none', () => {
  it('is told line by line, as dnsmasq 2.90 was heard to', () => {
    const text = '192.168.50.5 a.lab\n999.1.2.3 bad\nfoo bar\n192.168.50.6\n10.0.0.1 ok _bad- x\n';
    const { nameCount, badLines } = parseHostsFile(text);
    const report = startupReport(
      emptyConfig(),
      new MemoryFileTree(),
      [],
      [{ path: '/srv/hosts', nameCount, badLines }],
      undefined,
    );
    expect(report.log.slice(-3)).toEqual([
      'dnsmasq: bad address at /srv/hosts line 2',
      'dnsmasq: bad address at /srv/hosts line 3',
      'dnsmasq: read /srv/hosts - 4 names',
    ]);
  });
});
