/** Byte streams between two addresses: TCP in `host/tcp-network.ts`, in-process in `host/loopback.ts`. */
export interface Network {
  /** @throws NetworkError with the system's code ('ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', ...); TlsError. */
  connect(host: string, port: number, options: ConnectOptions): Promise<Connection>;
  /** Port 0 picks a free one. @throws NetworkError ('EADDRINUSE', 'EACCES', ...). */
  listen(host: string, port: number, accept: (connection: Connection) => void): Promise<ListeningSocket>;
  /** The full names that the addresses of a host have; a network within the process has no such names. */
  readonly canonicalNames?: (host: string) => Promise<string[]>;
  /** One request of HTTP and its whole answer, whatever its status; not within the process. @throws NetworkError, TlsError */
  readonly request?: (request: HttpRequest) => Promise<HttpResponse>;
}

export interface ConnectOptions {
  /** For all that has to happen before bytes can be sent, TLS included. */
  readonly timeoutMs: number;
  /** Left out for a connection that anybody can read. */
  readonly tls?: TlsTarget;
}

export interface TlsTarget {
  /** The name that is asked for (SNI), and that the certificate has to be for. */
  readonly serverName: string;
  /** The same object for all connections of a client: what is made of it is kept. */
  readonly settings: TlsSettings;
}

/** What a client needs to speak TLS. */
export interface TlsSettings {
  /** Certificates in PEM of which one has to stand behind the server's; null for those that this machine trusts. */
  readonly trusted: readonly string[] | null;
  /** What the client shows of itself. */
  readonly identity: TlsIdentity | null;
  /** One or more, in any order. */
  readonly versions: readonly TlsVersion[];
  /** Names as OpenSSL has them, the preferred first; null for what the system takes. */
  readonly ciphers: readonly string[] | null;
  /** Whether the certificate has to be for the name of the server. */
  readonly checksName: boolean;
}

export interface TlsIdentity {
  /** The private key in PEM, not encrypted. */
  readonly key: string;
  /** Its certificate in PEM and those that stand behind it. */
  readonly chain: string;
}

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** http: or https: */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  /** Left out for what this machine trusts. */
  readonly tls?: TlsSettings;
}

export interface HttpResponse {
  readonly status: number;
  readonly body: string;
}

export interface ListeningSocket {
  readonly port: number;
  /** Takes no more connections; those that are open stay. */
  close(): Promise<void>;
}

export interface Connection {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localPort: number;
  /**
   * One writev. False when more than the high-water mark waits: write again after `onDrain`.
   *
   * @param onTaken the system has the bytes, or will never take them: their memory may be used anew
   */
  write(chunks: readonly Buffer[], onTaken?: () => void): boolean;
  /** Bytes handed to `write` that the system has not taken yet. */
  readonly pendingBytes: number;
  pause(): void;
  resume(): void;
  /** Sends what is pending, then closes this side. */
  end(): void;
  /** Closes at once; `onClose` follows. */
  destroy(): void;
  /** Set once, before any event; a connection starts paused until `resume`. */
  handlers: ConnectionHandlers;
}

export interface ConnectionHandlers {
  onData(chunk: Buffer): void;
  onDrain(): void;
  /** The other side sends no more. */
  onEnd(): void;
  /** Comes exactly once; `error` when it was not an orderly close. */
  onClose(error: NetworkError | null): void;
}

export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What keeps two sides from speaking TLS with each other. */
export type TlsProblem =
  /** Nobody whom this side trusts stands behind the certificate. */
  | 'untrusted'
  | 'expired'
  | 'not yet valid'
  | 'wrong name'
  /** The other side answers in the clear. */
  | 'not tls'
  /** The other side goes away without a word of TLS. */
  | 'closed'
  /** The other side says what it does not like, as of this side's certificate or version. */
  | 'alert'
  | 'other';

export class TlsError extends NetworkError {
  readonly problem: TlsProblem;
  /** What is known beyond the kind of the problem: the names of the certificate, its last day, the alert. */
  readonly detail: string;

  constructor(problem: TlsProblem, code: string, detail: string, message: string) {
    super(code, message);
    this.problem = problem;
    this.detail = detail;
  }
}
