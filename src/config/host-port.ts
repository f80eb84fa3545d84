export interface HostPort {
  /** Without the brackets of an IPv6 address; empty for all addresses. */
  readonly host: string;
  readonly port: number;
}

const HOST_PORT = /^(?:[a-zA-Z][a-zA-Z\d+\-.]*:\/\/)?\[?([0-9a-zA-Z\-%._:]*)\]?:([0-9]+)$/;

/** Reads `host:port`, `[::1]:port` and `PROTOCOL://host:port`; null for all else. The port may be any number. */
export function parseHostPort(text: string): HostPort | null {
  const [, host, port] = HOST_PORT.exec(text) ?? [];
  return host === undefined || port === undefined ? null : { host, port: Number(port) };
}

/** The reverse, with brackets where the host has colons. */
export function hostPortText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
