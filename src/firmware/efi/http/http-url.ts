/** The URI of an HTTP boot, as UEFI firmware takes it apart. */
export interface HttpUrl {
  readonly scheme: string;
  /** As written: a name or an IPv4 address. */
  readonly host: string;
  readonly port: number | undefined;
  readonly path: string;
  /** Path and query. */
  readonly target: string;
}

const HTTP_URL = /^([a-z][a-z0-9+.-]*):\/\/([^/:?#\s]+)(?::(\d{1,5}))?(\/[^?#\s]*)?(\?[^#\s]*)?(?:#.*)?$/i;

/** Undefined for what is no absolute URI. */
export function readHttpUrl(text: string): HttpUrl | undefined {
  const parts = HTTP_URL.exec(text);
  if (parts === null) return undefined;
  const [, scheme = '', host = '', port, path = '/', query = ''] = parts;
  return {
    scheme: scheme.toLowerCase(),
    host,
    port: port === undefined ? undefined : Number(port),
    path,
    target: path + query,
  };
}
