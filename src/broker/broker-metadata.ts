import type { MetadataRecord } from '../protocol/generated/metadata-records.js';
import { MetadataDelta } from '../state/metadata/delta.js';
import { type BrokerState, MetadataImage } from '../state/metadata/image.js';

/** Is told of every change after it is in the image. */
export type DeltaSubscriber = (delta: MetadataDelta, image: MetadataImage) => void;

/** What a broker knows of the cluster: the committed part of the metadata log. */
export class BrokerMetadata {
  readonly image = new MetadataImage();
  /** Offset of the last record that is in the image, -1 at first. */
  offset = -1;
  private readonly subscribers: DeltaSubscriber[] = [];

  subscribe(subscriber: DeltaSubscriber): void {
    this.subscribers.push(subscriber);
  }

  apply(records: readonly MetadataRecord[], lastOffset: number): void {
    const delta = new MetadataDelta();
    for (const record of records) this.image.replay(record, delta);
    this.offset = lastOffset;
    this.image.version = lastOffset;
    if (delta.hasNewTopics) this.image.versionOfNewTopics = lastOffset;
    if (delta.isEmpty) return;
    for (const subscriber of this.subscribers) subscriber(delta, this.image);
  }

  /** Brokers that are up and reachable through the listener, in rising order. */
  aliveBrokers(listener: string): { id: number; host: string; port: number; rack: string | null }[] {
    return [...this.image.brokers.values()]
      .filter((broker) => !broker.fenced)
      .sort((a, b) => a.id - b.id)
      .flatMap((broker) => {
        const endpoint = endpointOf(broker, listener);
        return endpoint === null ? [] : [{ id: broker.id, ...endpoint, rack: broker.rack }];
      });
  }

  endpoint(brokerId: number, listener: string): { host: string; port: number } | null {
    const broker = this.image.brokers.get(brokerId);
    return broker === undefined || broker.fenced ? null : endpointOf(broker, listener);
  }
}

function endpointOf(broker: BrokerState, listener: string): { host: string; port: number } | null {
  const endpoint = broker.endpoints.find((candidate) => candidate.name === listener);
  return endpoint === undefined ? null : { host: endpoint.host, port: endpoint.port };
}
