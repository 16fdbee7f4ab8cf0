/** English sentences of the story of a boot. */
import { defineMessages } from '../../../base/sentence.ts';

export const NARRATIVE_TEXTS = {
  'narrative.power': '{node} is switched on.',
  'narrative.power.rom': '{node} is switched on; after {time} its BIOS runs the boot ROM ({rom}).',
  'narrative.address':
    '{node} asks {asked} for an address and gets {address} from {server}, after {time}{choice}, with {frames} frames{trouble}.',
  'narrative.address.once': 'once',
  'narrative.address.often': '{count} times',
  'narrative.address.choice': ' and {count} offers',
  'narrative.address.none': {
    by: 'frames',
    one: '{node} asks {asked} for an address and gets none in {time}, with {frames} frame{trouble}.',
    other: '{node} asks {asked} for an address and gets none in {time}, with {frames} frames{trouble}.',
  },
  'narrative.also': '{said} {next}.',
  'narrative.address.open': {
    by: 'frames',
    one: '{node} asks {asked} for an address and has none yet, {time} later, with {frames} frame{trouble}.',
    other: '{node} asks {asked} for an address and has none yet, {time} later, with {frames} frames{trouble}.',
  },
  'narrative.file.from': ' from {server}',
  'narrative.file': {
    by: 'frames',
    one: '{node} gets {file}{from}: {bytes} bytes in {time}, with {frames} frame{trouble}.',
    other: '{node} gets {file}{from}: {bytes} bytes in {time}, with {frames} frames{trouble}.',
  },
  'narrative.files': '{node} gets {count} files{from}: {bytes} bytes in {time}, with {frames} frames{trouble}.',
  'narrative.file.failed': {
    by: 'frames',
    one: '{node} asks for {file} and does not get it, after {time} and {frames} frame{trouble}.',
    other: '{node} asks for {file} and does not get it, after {time} and {frames} frames{trouble}.',
  },
  'narrative.file.open': {
    by: 'frames',
    one: '{node} asks for {file} and does not have it yet, {time} later, with {frames} frame{trouble}.',
    other: '{node} asks for {file} and does not have it yet, {time} later, with {frames} frames{trouble}.',
  },
  'narrative.program': '{node} runs its boot program for {time}{files}{missing}{reads}{trouble}.',
  'narrative.program.files': {
    by: 'count',
    one: ', which fetches {count} file ({bytes} bytes)',
    other: ', which fetches {count} files ({bytes} bytes)',
  },
  'narrative.program.missing': {
    by: 'count',
    one: ' and asks for {count} name that is not there',
    other: ' and asks for {count} names that are not there',
  },
  'narrative.disk': '{node} attaches the disk {disk}{from}{reads}{waits}, after {time}, with {frames} frames{trouble}.',
  'narrative.disk.open': '{node} looks for the disk {disk}{waits}, {time} so far, with {frames} frames{trouble}.',
  'narrative.disk.failed':
    '{node} wants the disk {disk} and does not get it{waits}, after {time}, with {frames} frames{trouble}.',
  'narrative.disk.reads': {
    by: 'reads',
    one: ', reads {readKiB} KiB of its disk with {reads} command',
    other: ', reads {readKiB} KiB of its disk with {reads} commands',
  },
  'narrative.disk.uses':
    ', reads {readKiB} KiB of its disk with {reads} commands and writes {writtenKiB} KiB with {writes}',
  'narrative.disk.timeouts': {
    by: 'count',
    one: ', waits in vain for {count} command',
    other: ', waits in vain for {count} commands',
  },
  'narrative.trouble': ' ({marks})',
  'narrative.marks': '{lost} lost, {again} sent again',
  'narrative.marks.lost': '{lost} lost',
  'narrative.marks.again': '{again} sent again',
  'narrative.menu': '{node} shows a menu for {time}.',
  'narrative.kernel': 'The kernel of {node} takes over, {time} after power-on.',
  'narrative.reported': '{who}{what}.',
  'narrative.reported.frames': {
    by: 'frames',
    one: '{who}{what} ({frames} frame).',
    other: '{who}{what} ({frames} frames).',
  },
  'narrative.reported.marked': {
    by: 'frames',
    one: '{who}{what} ({frames} frame, {marks}).',
    other: '{who}{what} ({frames} frames, {marks}).',
  },
  'narrative.who': '{node}: ',
  'narrative.join': '{first}; {next}',
  'narrative.phase.power': 'Power',
  'narrative.phase.script': 'Script',
  'narrative.phase.address': 'Address',
  'narrative.phase.disk': 'Disk',
  'narrative.phase.server': 'Boot server',
  'narrative.phase.file': 'File',
  'narrative.phase.program': 'Program',
  'narrative.phase.menu': 'Menu',
  'narrative.phase.kernel': 'Kernel',
  'narrative.phase.system': 'System',
  'narrative.phase.end': 'End',
} as const;

export const narrativeMessage = defineMessages(NARRATIVE_TEXTS);
