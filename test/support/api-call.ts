import { Reader } from '../../src/base/bytes.js';
import type { Connection, Network } from '../../src/base/network.js';
import { Writer } from '../../src/base/writer.js';
import { type AnyApi, requestHeaderVersion, responseHeaderVersion } from '../../src/protocol/api.js';

/** A connection on which requests of any API and version are sent, one after the other. */
export class ApiCaller {
  private readonly connection: Connection;
  private received = Buffer.alloc(0);
  private waiting: ((frame: Buffer | null) => void) | null = null;

  private constructor(connection: Connection) {
    this.connection = connection;
    connection.handlers = {
      onData: (chunk) => this.receive(chunk),
      onDrain: () => undefined,
      onEnd: () => this.waiting?.(null),
      onClose: () => this.waiting?.(null),
    };
    connection.resume();
  }

  static async open(network: Network, port: number): Promise<ApiCaller> {
    return new ApiCaller(await network.connect('localhost', port, { timeoutMs: 1000 }));
  }

  /** @returns the decoded response; null when the connection was closed instead */
  async call(api: AnyApi, version: number, request: unknown): Promise<unknown> {
    const writer = new Writer();
    writer.int32(0);
    writer.int16(api.key);
    writer.int16(version);
    writer.int32(1);
    writer.nullableString('test');
    if (requestHeaderVersion(api, version) >= 2) writer.uvarint(0);
    api.writeRequest(writer, version, request as never);
    const frame = Buffer.concat(writer.chunks());
    frame.writeInt32BE(frame.length - 4, 0);
    const answer = new Promise<Buffer | null>((resolve) => {
      this.waiting = resolve;
    });
    this.connection.write([frame]);
    const received = await answer;
    if (received === null) return null;
    const reader = new Reader(received);
    reader.int32();
    if (responseHeaderVersion(api, version) === 1) reader.uvarint();
    return api.readResponse(reader, version);
  }

  close(): void {
    this.connection.destroy();
  }

  private receive(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    if (this.received.length < 4 || this.received.length < 4 + this.received.readInt32BE(0)) return;
    const end = 4 + this.received.readInt32BE(0);
    const frame = this.received.subarray(4, end);
    this.received = this.received.subarray(end);
    this.waiting?.(frame);
  }
}
