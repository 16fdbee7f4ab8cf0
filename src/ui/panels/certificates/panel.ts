/** The lab's certificate authority, and what was signed with it. */
import { definePanel, loadPanel } from '../../parts/panel.ts';

export const certificatesPanel = definePanel({
  id: 'certificates',
  area: 'left',
  isOfLab: true,
  title: { en: 'Certificates', fr: 'Certificats' },
  content: loadPanel(async () => (await import('./certificates-panel.tsx')).CertificatesPanel),
});
