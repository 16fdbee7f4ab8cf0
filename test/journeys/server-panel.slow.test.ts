/** The server's panel in Chromium: asking, lines with their answers, the form, and a dhcpd.conf taken over and undone. */
import { expect, it } from 'vitest';
import { encodeLink } from '../../src/page/document/link.ts';
import { siteScenario } from '../support/lab.ts';
import { openPage, runUntil, journeyHost } from './lab-page.ts';

const DHCPD = `subnet 192.168.10.0 netmask 255.255.255.0 { range 192.168.10.60 192.168.10.70; filename "taken.0"; }
include "more.conf";
`;

const host = journeyHost();

it('answers for UEFI, counts by line, edits by form and by file', async () => {
  const page = await openPage(host.browser, `${host.site.url}${encodeLink(siteScenario('dnsmasq-netboot-xyz'))}`);
  await page.getByRole('tab', { name: 'Server', exact: true }).first().click();
  const view = (name: string) => page.getByRole('button', { name, exact: true });

  await view('Ask').click();
  await page.getByLabel('Client').selectOption('uefi-x64');
  await view('What would you answer?').click();
  const answer = page.getByTestId('ask-answer');
  await expect.poll(async () => await answer.textContent()).toContain('netboot.xyz.efi');
  expect(await answer.textContent()).toContain('dhcp-boot=tag:efi64,netboot.xyz.efi,,192.168.10.2');
  await page.screenshot({ path: 'artefacts/page-ask.png' });

  await runUntil(page, 'stage:nbp-entry', 60_000);
  await view('Lines').click();
  const line = page.getByRole('listitem').filter({ hasText: 'dhcp-boot=tag:bios' });
  await expect.poll(async () => await line.textContent()).toMatch(/^\d+2/);
  await page.screenshot({ path: 'artefacts/page-lines.png' });

  await view('Form').click();
  await page.getByLabel('Boot file').fill('other.0');
  await view('Write it into the configuration').click();
  await view('Configuration').click();
  await expect.poll(async () => await page.getByTestId('config-editor').textContent()).toContain('dhcp-boot=other.0');

  await view('Form').click();
  const chooser = page.getByLabel('Import a dhcpd.conf');
  await chooser.setInputFiles({ name: 'dhcpd.conf', mimeType: 'text/plain', buffer: Buffer.from(DHCPD) });
  await expect.poll(async () => await page.getByLabel('Boot file').inputValue()).toBe('');
  await page.getByText('dhcpd.conf is now the configuration of').waitFor();
  await view('Configuration').click();
  await expect.poll(async () => await page.getByTestId('config-editor').textContent()).toContain('taken.0');
  await page.screenshot({ path: 'artefacts/page-import.png' });

  await page.getByRole('button', { name: 'Undo' }).first().click();
  await expect.poll(async () => await page.getByTestId('config-editor').textContent()).toContain('dhcp-boot=other.0');

  // A configuration and the file that it includes, dropped in the wrong order.
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['dhcp-range=192.168.10.80,192.168.10.90\ndhcp-boot=included.0\n'], 'pxe.conf'));
    dataTransfer.items.add(new File(['conf-dir=/etc/dnsmasq.d/,*.conf\n'], 'dnsmasq.conf'));
    dispatchEvent(new DragEvent('drop', { dataTransfer }));
  });
  await page.getByText('reads /etc/dnsmasq.d/pxe.conf with its configuration').waitFor();
  expect(await page.getByTestId('config-editor').textContent()).toContain('conf-dir=/etc/dnsmasq.d/');
  await view('Ask').click();
  await page.getByLabel('Client').selectOption('bios');
  await view('What would you answer?').click();
  await expect.poll(async () => await answer.textContent()).toContain('included.0');
  await page.context().close();
}, 120_000);
