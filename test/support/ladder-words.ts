/** Words for the picture of a ladder. */
import type { LadderWords } from '../../src/analysis/ladder/svg.ts';

export const LADDER_WORDS: LadderWords = {
  title: 'Diagramme',
  frame: 'Trame',
  notShown: 'de plus',
  folded: { ata: 'ATA', scsi: 'SCSI', tcp: 'TCP', tftp: 'DATA et ACK' },
  marks: { lost: '', again: '', late: '', duplicate: '', 'out-of-order': '', damaged: '' },
};
