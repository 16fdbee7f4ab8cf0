import { expect, it } from 'vitest';
import { toCsv } from './csv.ts';

it('quotes what would be read as several fields or lines (RFC 4180 §2)', () => {
  expect(
    toCsv([
      ['name', 'mac'],
      ['salle 7, fond', '52:54:00:bb:00:01'],
      ['he said "no"', 'a\nb'],
      ['', 3],
    ]),
  ).toBe('name,mac\r\n"salle 7, fond",52:54:00:bb:00:01\r\n"he said ""no""","a\nb"\r\n,3\r\n');
});

it('leaves a spreadsheet nothing to compute in what machines have sent, and numbers as they are', () => {
  const sent = ['=1+2', '+1', '-2+cmd', '@SUM(A1)', '\t=1', '\r=1', 'a=b', ''];
  expect(toCsv([[...sent, -5]])).toBe(`'=1+2,'+1,'-2+cmd,'@SUM(A1),'\t=1,"'\r=1",a=b,,-5\r\n`);
});
