/**
 * People's own files (disks, CD images, kernels) that are too large for a link: kept in the browser by their hash, and
 * named by it in the scenario. A link that names one asks its reader for the same file.
 */
import { toBase64 } from '../../base/data/base64.ts';
import { sha256 } from '@noble/hashes/sha2.js';
import { openDB, type IDBPDatabase } from 'idb';
import { toHex } from '../../base/bytes.ts';
import type { FileContent } from '../../scenario/schema.ts';

const DATABASE = 'netboot-lab';
const STORE = 'files';
/** Smaller files travel in the scenario itself. */
const INLINE_BYTES = 8 * 1024;

let database: Promise<IDBPDatabase> | undefined;

async function open(): Promise<IDBPDatabase> {
  database ??= openDB(DATABASE, 1, {
    upgrade: (db) => {
      db.createObjectStore(STORE);
    },
  });
  return await database;
}

/** Undefined when no file of that hash was ever dropped here, or the browser keeps nothing for this page. */
export async function readUserFile(hash: string): Promise<Uint8Array | undefined> {
  try {
    const db = await open();
    return (await db.get(STORE, hash)) as Uint8Array | undefined;
  } catch {
    database = undefined;
    return undefined;
  }
}

/** Whether a file of that hash is kept here. */
export async function hasUserFile(hash: string): Promise<boolean> {
  try {
    const db = await open();
    return (await db.getKey(STORE, hash)) !== undefined;
  } catch {
    database = undefined;
    return false;
  }
}

/** Puts a file where labs that name its hash find it. Throws when the browser has no room, or keeps nothing. */
export async function storeUserFile(hash: string, bytes: Uint8Array): Promise<void> {
  try {
    const db = await open();
    await db.put(STORE, bytes, hash);
  } catch (error) {
    database = undefined;
    throw error;
  }
}

/** Keeps a file and returns how a scenario names it; small ones go into the scenario whole. */
export async function keepUserFile(name: string, bytes: Uint8Array): Promise<FileContent> {
  if (bytes.length <= INLINE_BYTES) return { base64: toBase64(bytes) };
  const hash = toHex(sha256(bytes));
  await storeUserFile(hash, bytes);
  return { userFile: name, sha256: hash, sizeBytes: bytes.length };
}
