import { Reader } from '../../src/base/bytes.js';
import type { Connection, ListeningSocket, Network } from '../../src/base/network.js';
import { Writer } from '../../src/base/writer.js';
import { type AnyApi, type Api, requestHeaderVersion, responseHeaderVersion } from '../../src/protocol/api.js';
import type { Init } from '../../src/protocol/codec-runtime.js';
import { apiVersionsApi } from '../../src/protocol/generated/api-versions.js';
import { metadataApi } from '../../src/protocol/generated/metadata.js';

export interface Call<Request> {
  readonly request: Request;
  readonly version: number;
  readonly connection: Connection;
}

/** Undefined: no answer ever. */
type Answer<Response> = Init<Response> | undefined;
type Handler = (call: Call<unknown>) => Answer<unknown> | Promise<Answer<unknown>>;

export interface FakeTopic {
  readonly name: string;
  readonly topicId: string;
  readonly partitions: readonly { readonly leader: number; readonly epoch: number }[];
}

/** A broker that answers as a test says, over the real wire format. It answers ApiVersions and Metadata by itself. */
export class FakeBroker {
  readonly nodeId: number;
  readonly host = 'localhost';
  port = 0;
  /** Every request but ApiVersions and Metadata, in order. */
  readonly calls: { readonly name: string; readonly request: unknown; readonly version: number }[] = [];
  readonly connections = new Set<Connection>();
  topics: FakeTopic[] = [];
  peers: FakeBroker[] = [this];
  private readonly handlers = new Map<number, { readonly api: AnyApi; readonly handler: Handler }>();
  private readonly limits = new Map<number, number>();
  private readonly network: Network;
  private socket: ListeningSocket | null = null;

  constructor(network: Network, nodeId = 1) {
    this.network = network;
    this.nodeId = nodeId;
    this.on(apiVersionsApi, () => this.versions());
    this.on(metadataApi, ({ request }) => this.metadata(request.topics?.map(({ name }) => name ?? '') ?? null));
  }

  async start(): Promise<this> {
    this.socket = await this.network.listen('', this.port, (connection) => this.accept(connection));
    this.port = this.socket.port;
    return this;
  }

  async stop(): Promise<void> {
    await this.socket?.close();
    for (const connection of this.connections) connection.destroy();
    this.connections.clear();
  }

  on<Request, Response>(
    api: Api<Request, Response>,
    handler: (call: Call<Request>) => Answer<Response> | Promise<Answer<Response>>,
    maxVersion = api.maxVersion,
  ): void {
    this.handlers.set(api.key, { api: api as AnyApi, handler: handler as Handler });
    this.limits.set(api.key, maxVersion);
  }

  named<Request>(api: Api<Request, unknown>): Request[] {
    return this.calls.filter(({ name }) => name === api.name).map(({ request }) => request as Request);
  }

  private versions() {
    const apiKeys = [...this.handlers.values()].map(({ api }) => ({
      apiKey: api.key,
      minVersion: api.minVersion,
      maxVersion: this.limits.get(api.key) ?? api.maxVersion,
    }));
    return { errorCode: 0, apiKeys };
  }

  private metadata(names: readonly string[] | null) {
    const known = new Map(this.topics.map((topic) => [topic.name, topic]));
    const wanted = names ?? [...known.keys()];
    return {
      brokers: this.peers.map(({ nodeId, host, port }) => ({ nodeId, host, port })),
      clusterId: 'fake',
      controllerId: this.nodeId,
      topics: wanted.map((name) => {
        const topic = known.get(name);
        if (topic === undefined) return { name, errorCode: 3 };
        const partitions = topic.partitions.map(({ leader, epoch }, partitionIndex) => {
          return { partitionIndex, leaderId: leader, leaderEpoch: epoch, replicaNodes: [leader], isrNodes: [leader] };
        });
        return { name, topicId: topic.topicId, partitions };
      }),
    };
  }

  private accept(connection: Connection): void {
    this.connections.add(connection);
    let buffered = Buffer.alloc(0);
    let last: Promise<void> = Promise.resolve();
    connection.handlers = {
      onData: (chunk) => {
        buffered = Buffer.concat([buffered, chunk]);
        while (buffered.length >= 4 && buffered.length >= 4 + buffered.readInt32BE(0)) {
          const end = 4 + buffered.readInt32BE(0);
          const frame = buffered.subarray(4, end);
          buffered = buffered.subarray(end);
          last = last.then(() => this.serve(frame, connection));
        }
      },
      onDrain: () => undefined,
      onEnd: () => connection.end(),
      onClose: () => this.connections.delete(connection),
    };
    connection.resume();
  }

  private async serve(frame: Buffer, connection: Connection): Promise<void> {
    const reader = new Reader(frame);
    const key = reader.int16();
    const version = reader.int16();
    const correlationId = reader.int32();
    const served = this.handlers.get(key);
    if (served === undefined) throw new Error(`no handler for API ${key}`);
    const { api, handler } = served;
    reader.nullableString();
    const isTooNew = version > (this.limits.get(key) ?? api.maxVersion);
    if (!isTooNew && requestHeaderVersion(api, version) === 2) reader.uvarint();
    if (isTooNew && key === apiVersionsApi.key) {
      this.answer(connection, api, 0, correlationId, { ...this.versions(), errorCode: 35 });
      return;
    }
    const request = api.readRequest(reader, version);
    if (key !== apiVersionsApi.key && key !== metadataApi.key) this.calls.push({ name: api.name, request, version });
    const response = await handler({ request, version, connection });
    if (response !== undefined) this.answer(connection, api, version, correlationId, response);
  }

  private answer(connection: Connection, api: AnyApi, version: number, correlationId: number, response: unknown): void {
    const writer = new Writer();
    writer.int32(0);
    writer.int32(correlationId);
    if (responseHeaderVersion(api, version) === 1) writer.uvarint(0);
    api.writeResponse(writer, version, response as never);
    const bytes = writer.toBuffer();
    bytes.writeInt32BE(bytes.length - 4, 0);
    connection.write([bytes]);
  }
}
