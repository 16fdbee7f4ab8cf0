/** iPXE's text is bytes; a person reads it as UTF-8, in settings as on the screen. */
import { expect, it } from 'vitest';
import { runScript } from '../../firmware/ipxe/testing.ts';
import { IpxeDebugger } from './ipxe-debugger.ts';

it('shows accents of settings as a person typed them', () => {
  const { bench } = runScript('set salle Bâtiment é\necho ${salle}');
  const ipxe = new IpxeDebugger();
  ipxe.attach(bench.ipxe);
  expect(ipxe.view()?.settings.rows).toMatchObject([{ name: 'salle', text: 'Bâtiment é' }]);
});
