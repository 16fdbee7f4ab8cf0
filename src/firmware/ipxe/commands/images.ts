/** Commands on images: fetch, select, run, list, free, store, extract, trust, digest. */
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { toHex } from '../../../base/bytes.ts';
import type { Task } from '../../../base/time/task.ts';
import { Err, OK, type Status } from '../errors.ts';
import { unpack, unpackedName } from '../images/archive.ts';
import { Image } from '../images/image.ts';
import {
  acquireImage,
  addImage,
  downloadImage,
  executeImage,
  freeImageBytes,
  isExecutable,
  replaceScript,
} from '../images/manage.ts';
import type { Ipxe } from '../ipxe.ts';
import { hexrawType, stringType } from '../settings/types.ts';
import { couldNot, couldNotStore, orSay, readImage, readInteger, readSetting } from './arguments.ts';
import { flag, MANY_ARGUMENTS, option, type CommandSpec, type Given } from './registry.ts';

const NAME = option('name', 'n', 'string');
const TIMEOUT = option('timeout', 't', 'timeout');
const QUIET = flag('quiet', 'q');
const AUTOFREE = flag('autofree', 'a');
const KEEP = flag('keep', 'k');

const downloadOptions = (given: Given) => ({
  name: given.text('name'),
  timeoutMs: given.number('timeout'),
  quiet: given.flag('quiet'),
});

/** Gets the image that the first argument names, and gives it the rest as command line. */
function* prepare(ipxe: Ipxe, given: Given, always: boolean): Task<Image | Status> {
  const name = given.arg(0);
  const words = given.args.slice(1);
  const how = downloadOptions(given);
  const image = always ? yield* downloadImage(ipxe, name, how) : yield* acquireImage(ipxe, name, how);
  if (!image.ok) return image.error;
  const { value } = image;
  const wanted = given.text('name');
  if (wanted !== undefined) value.name = wanted;
  if (words.length > 0) value.cmdline = words.join(' ');
  if (given.flag('autofree')) value.autofree = true;
  return value;
}

const fetchSpec: Omit<CommandSpec, 'name'> = {
  feature: 'IMAGE_CMD',
  options: [NAME, TIMEOUT, QUIET, AUTOFREE],
  minArguments: 1,
  maxArguments: MANY_ARGUMENTS,
  usage: '<uri> [<arguments>...]',
  *run(ipxe, given) {
    const image = yield* prepare(ipxe, given, true);
    return typeof image === 'number' ? image : OK;
  },
};

const selectSpec: Omit<CommandSpec, 'name'> = {
  ...fetchSpec,
  usage: '<uri|image> [<arguments>...]',
  *run(ipxe, given) {
    const image = yield* prepare(ipxe, given, false);
    if (typeof image === 'number') return image;
    if (!isExecutable(image)) return yield* couldNot(ipxe, 'select', Err.notExecutable);
    ipxe.images.select(image);
    return OK;
  },
};

const execSpec: Omit<CommandSpec, 'name'> = {
  feature: 'IMAGE_CMD',
  options: [NAME, TIMEOUT, QUIET, AUTOFREE, flag('replace', 'r')],
  minArguments: 0,
  maxArguments: MANY_ARGUMENTS,
  usage: '[<uri|image> [<arguments>...]]',
  *run(ipxe, given) {
    let image: Image | undefined;
    if (given.args.length === 0) {
      image = ipxe.images.selected;
      if (image === undefined) {
        yield* ipxe.print('No image selected\n');
        return OK;
      }
      if (given.flag('autofree')) image.autofree = true;
    } else {
      const prepared = yield* prepare(ipxe, given, false);
      if (typeof prepared === 'number') return prepared;
      image = prepared;
    }
    const status = given.flag('replace') ? replaceScript(ipxe, image) : yield* executeImage(ipxe, image);
    if (status !== OK && image.autofree) ipxe.images.unregister(image);
    return yield* couldNot(ipxe, 'boot', status);
  },
};

/** Does something for each named image, or for all. */
function* forImages(ipxe: Ipxe, given: Given, action: (image: Image) => Task<void>): Task<Status> {
  if (given.args.length === 0) {
    for (const image of ipxe.images.all.slice()) yield* action(image);
    return OK;
  }
  for (const name of given.args) {
    const image = yield* orSay(ipxe, readImage(ipxe, name));
    if (!image.ok) return image.error;
    yield* action(image.value);
  }
  return OK;
}

type Digest = (data: Uint8Array) => Uint8Array;
const DIGESTS: readonly (readonly [name: string, digest: Digest])[] = [
  ['md5sum', md5],
  ['sha1sum', sha1],
  ['sha224sum', sha224],
  ['sha256sum', sha256],
  ['sha384sum', sha384],
  ['sha512sum', sha512],
];

function digestCommand(name: string, digest: Digest): CommandSpec {
  return {
    name,
    feature: 'DIGEST_CMD',
    options: [option('set', 's', 'setting')],
    minArguments: 1,
    maxArguments: MANY_ARGUMENTS,
    usage: '<image> [<image>...]',
    *run(ipxe, given) {
      const target = given.text('set');
      for (const each of given.args) {
        const image = yield* acquireImage(ipxe, each, {});
        if (!image.ok) return image.error;
        const raw = digest(image.value.data);
        if (target === undefined) {
          yield* ipxe.print(`${toHex(raw)}  ${image.value.name}\n`);
          continue;
        }
        const ref = yield* orSay(ipxe, readSetting(ipxe, target, true));
        if (!ref.ok) return ref.error;
        const { block, setting } = ref.value;
        const stored = ipxe.settings.store({ block, setting: { ...setting, type: setting.type ?? hexrawType } }, raw);
        const status = yield* couldNotStore(ipxe, ref.value, stored);
        if (status !== OK) return status;
      }
      return OK;
    },
  };
}

export const imageCommands: readonly CommandSpec[] = [
  { ...fetchSpec, name: 'imgfetch' },
  { ...fetchSpec, name: 'module' },
  { ...fetchSpec, name: 'initrd' },
  { ...selectSpec, name: 'imgselect' },
  { ...selectSpec, name: 'imgload' },
  { ...selectSpec, name: 'kernel' },
  { ...execSpec, name: 'imgexec' },
  { ...execSpec, name: 'chain' },
  { ...execSpec, name: 'boot' },
  {
    ...fetchSpec,
    name: 'imgargs',
    usage: '<uri|image> [<arguments>...]',
    *run(ipxe, given) {
      const image = yield* prepare(ipxe, given, false);
      if (typeof image === 'number') return image;
      const words = given.args.slice(1);
      image.cmdline = words.length === 0 ? undefined : words.join(' ');
      return OK;
    },
  },
  {
    name: 'imgstat',
    feature: 'IMAGE_CMD',
    options: [],
    minArguments: 0,
    maxArguments: MANY_ARGUMENTS,
    usage: '[<image>...]',
    *run(ipxe, given) {
      return yield* forImages(ipxe, given, (image) => ipxe.print(`${image.description}\n`));
    },
  },
  {
    name: 'imgfree',
    feature: 'IMAGE_CMD',
    options: [],
    minArguments: 0,
    maxArguments: MANY_ARGUMENTS,
    usage: '[<image>...]',
    *run(ipxe, given) {
      // oxlint-disable-next-line require-yield
      return yield* forImages(ipxe, given, function* (image) {
        ipxe.images.unregister(image);
      });
    },
  },
  {
    name: 'imgset',
    feature: 'IMAGE_SET_CMD',
    options: [KEEP, TIMEOUT, QUIET],
    minArguments: 2,
    maxArguments: 2,
    usage: '',
    *run(ipxe, given) {
      const ref = yield* orSay(ipxe, readSetting(ipxe, given.arg(0), true));
      if (!ref.ok) return ref.error;
      const image = yield* acquireImage(ipxe, given.arg(1), downloadOptions(given));
      if (!image.ok) return image.error;
      const { data } = image.value;
      const { block, setting } = ref.value;
      const target = { block, setting: { ...setting, type: setting.type ?? stringType } };
      const status = ipxe.settings.store(target, data.length === 0 ? undefined : data);
      if (!given.flag('keep')) ipxe.images.unregister(image.value);
      return yield* couldNotStore(ipxe, ref.value, status);
    },
  },
  {
    name: 'imgextract',
    feature: 'IMAGE_ARCHIVE_CMD',
    linkedBy: ['IMAGE_GZIP', 'IMAGE_ZLIB', 'IMAGE_MIME'],
    options: [NAME, KEEP, TIMEOUT, QUIET],
    minArguments: 1,
    maxArguments: 1,
    usage: '<uri|image>',
    *run(ipxe, given) {
      const { timeoutMs, quiet } = downloadOptions(given);
      const image = yield* acquireImage(ipxe, given.arg(0), { timeoutMs, quiet });
      if (!image.ok) return image.error;
      const packed = image.value;
      const data = unpack(packed, freeImageBytes(ipxe));
      if (!given.flag('keep')) ipxe.images.unregister(packed);
      if (!data.ok) return yield* couldNot(ipxe, 'extract image', data.error);
      const name = given.text('name') ?? unpackedName(packed.name);
      const added = addImage(ipxe, new Image(name, data.value, packed.uri));
      return added.ok ? OK : yield* couldNot(ipxe, 'extract image', added.error);
    },
  },
  {
    name: 'imgmem',
    feature: 'IMAGE_MEM_CMD',
    options: [NAME],
    minArguments: 2,
    maxArguments: 2,
    usage: '<address> <length>',
    *run(ipxe, given) {
      const address = yield* orSay(ipxe, readInteger(given.arg(0)));
      if (!address.ok) return address.error;
      const length = yield* orSay(ipxe, readInteger(given.arg(1)));
      if (!length.ok) return length.error;
      const { memory } = ipxe.platform;
      if (address.value + length.value > memory.sizeBytes) return yield* couldNot(ipxe, 'create image', Err.imageRange);
      if (length.value > freeImageBytes(ipxe)) return yield* couldNot(ipxe, 'create image', Err.imageNoMemory);
      addImage(ipxe, new Image(given.text('name') ?? given.arg(0), memory.read(address.value, length.value)));
      return OK;
    },
  },
  ...DIGESTS.map(([name, digest]) => digestCommand(name, digest)),
];
